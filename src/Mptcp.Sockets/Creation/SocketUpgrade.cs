using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>Turns an unused socket that somebody else created from TCP into MPTCP.</summary>
static class SocketUpgrade
{
    static readonly ConditionalWeakTable<Socket, object> s_refused = [];

    /// <summary>Whether the socket stayed TCP although this system has MPTCP.</summary>
    internal static bool WasRefused(Socket socket) => s_refused.TryGetValue(socket, out _);

    internal static bool TryUpgrade(Socket socket) => TryUpgrade(socket, out _);

    internal static bool TryUpgrade(Socket socket, out Refusal refusal)
    {
        Check(socket);
        refusal = default;
        if (SocketProtocol.IsMptcp(socket))
            return true;

        if (OperatingSystem.IsLinux() && !IsClosedInKernel(socket))
            throw InUse("connecting");

        using NativeSocket? native = SocketFactory.TryOpenMptcp(socket.AddressFamily, out refusal);
        if (native is null)
            return false;

        // A wrapped handle would need another Socket object, and losing an option is worse than TCP.
        if (!Graft.IsAllowed || !SocketOptions.TryCarry(socket, sourceIsMptcp: false, before: null, native))
        {
            s_refused.AddOrUpdate(socket, s_refused);
            refusal = new Refusal(MptcpUnavailableReason.Unknown, socket.AddressFamily);
            return false;
        }

        CarryFlags(socket.SafeHandle, native);
        if (Graft.TryPutUnder(socket.SafeHandle, native))
            return true;

        refusal = new Refusal(MptcpUnavailableReason.Unknown, socket.AddressFamily);
        return false;
    }

    /// <summary>
    /// Copies the flags. .NET remembers that a descriptor is non-blocking, and would wait in the kernel forever if it no longer were.
    /// </summary>
    static void CarryFlags(SafeSocketHandle from, NativeSocket to)
    {
        int flags = Libc.fcntl(from, F_GETFL, 0);
        if (flags < 0 || Libc.fcntl(to.Fd, F_SETFL, flags) < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
    }

    static void Check(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!Require.IsInternet(socket.AddressFamily) || socket.ProtocolType is not ProtocolType.Tcp)
        {
            throw new ArgumentException(
                $"The socket must be a TCP socket of IPv4 or IPv6, not {socket.SocketType}/{socket.ProtocolType} of {socket.AddressFamily}.", nameof(socket));
        }

        if ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0)
            throw InUse("listening");

        if (socket.Connected)
            throw InUse("connected");

        if (LocalBinding.Find(socket) is not null)
            throw InUse("bound");
    }

    static InvalidOperationException InUse(string use) =>
        new($"The socket is {use} already: upgrade it before it is bound, connected or listening.");

    /// <summary>Returns whether a TCP socket is closed. Older kernels do not report this of MPTCP sockets.</summary>
    static bool IsClosedInKernel(Socket socket)
    {
        Span<byte> state = stackalloc byte[1]; // tcpi_state comes first in struct tcp_info
        socket.GetRawSocketOption(SOL_TCP, TCP_INFO, state);
        return state[0] == TCP_CLOSE;
    }
}
