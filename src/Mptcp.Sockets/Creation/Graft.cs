using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>Turns a kernel socket that .NET refuses to open into an ordinary <see cref="Socket"/>.</summary>
/// <remarks>
/// .NET refuses protocol 262, and treats a wrapped handle as one of an unknown protocol: bind does not set SO_REUSEADDR,
/// ExclusiveAddressUse throws, a socket cannot be accepted into it, and after a failed connect, Dispose spins forever. So .NET creates a
/// TCP socket, which it knows, and
/// dup3 puts
/// the kernel's MPTCP socket under the same descriptor. That is safe only before the descriptor was bound, connected, or registered with
/// .NET's epoll, which happens at the first asynchronous wait. If a .NET runtime (<see cref="GraftCheck"/>) or a sandbox does not allow
/// it, sockets are wrapped after all, in the least harmful way.
/// </remarks>
static class Graft
{
    static int s_isChecked;
    static volatile bool s_isForbidden;

    /// <summary>For tests: wraps every socket of this process, as on a runtime that does not allow the graft.</summary>
    internal static bool ForceWrapping { get; set; }

    /// <summary>
    /// Whether sockets are grafted. True until the check of the runtime fails; it runs once, in parallel with the first socket.
    /// </summary>
    internal static bool IsAllowed
    {
        get
        {
            if (s_isChecked == 0 && !KillSwitch.IsOn && Interlocked.Exchange(ref s_isChecked, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = CheckAsync(), null);

            return !ForceWrapping && !s_isForbidden;
        }
    }

    /// <summary>Returns a new socket over <paramref name="native"/>.</summary>
    /// <param name="native">The kernel's socket.</param>
    /// <param name="family">The family of the socket.</param>
    /// <param name="dualMode">Whether an IPv6 socket takes IPv4, too.</param>
    internal static Socket IntoNewSocket(NativeSocket native, AddressFamily family, bool dualMode)
    {
        if (!IsAllowed)
            return Wrap(native, family, dualMode);

        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (TryPutUnder(socket, native, dualMode))
                return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return Wrap(native, family, dualMode);
    }

    /// <summary>Returns a .NET socket for a kernel socket that already listens. It continues to listen, with the same backlog.</summary>
    internal static Socket IntoListenSocket(NativeSocket native, AddressFamily family)
    {
        native.MakeBlocking();
        if (!IsAllowed)
            return KeepHandle(new Socket(native.Release()));

        int backlog = native.ReadBacklog() ?? int.MaxValue;
        using NativeSocket tcp = NativeSocket.OpenTcp(family);
        SafeSocketHandle handle = tcp.Release();
        Socket? socket = null;
        try
        {
            socket = new Socket(handle); // counts as bound, which it is
            if (!TryPutUnder(handle, native))
            {
                socket.Dispose();
                return KeepHandle(new Socket(native.Release()));
            }

            socket.Listen(backlog); // for .NET: to the kernel, it only sets the backlog
            return socket;
        }
        catch
        {
            handle.Dispose();
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts <paramref name="native"/> under the descriptor of an unused socket. Returns false, with the socket unchanged, if that is
    /// forbidden.
    /// </summary>
    internal static bool TryPutUnder(Socket socket, NativeSocket native, bool dualMode)
    {
        SetIPv6Only(native, socket.AddressFamily, dualMode);
        return TryPutUnder(socket.SafeHandle, native);
    }

    /// <summary>
    /// Puts <paramref name="native"/> under a descriptor of .NET, and so closes the previous socket. Returns false if a sandbox forbids
    /// it.
    /// </summary>
    internal static bool TryPutUnder(SafeSocketHandle handle, NativeSocket native)
    {
        if (Libc.dup3(native.Fd, handle, O_CLOEXEC) >= 0)
            return true;

        int errno = Marshal.GetLastPInvokeError();
        if (errno is not (EPERM or EACCES or ENOSYS))
            throw Errno.ToException(errno);

        s_isForbidden = true;
        return false;
    }

    internal static Socket Wrap(NativeSocket native, AddressFamily family, bool dualMode)
    {
        SetIPv6Only(native, family, dualMode);
        native.SetOption(SOL_SOCKET, SO_REUSEADDR, 1); // as .NET does on bind, for TCP only

        return KeepHandle(new Socket(native.Release()));
    }

    /// <summary>
    /// Keeps .NET from replacing the handle after a failed connect: replacing one of an unknown protocol hangs in Dispose.
    /// </summary>
    static Socket KeepHandle(Socket socket)
    {
        _ = socket.SafeHandle;
        return socket;
    }

    /// <summary>Always sets the option, because a sysctl decides the kernel's default.</summary>
    static void SetIPv6Only(NativeSocket native, AddressFamily family, bool dualMode)
    {
        if (family == AddressFamily.InterNetworkV6)
            native.SetOption(SOL_IPV6, IPV6_V6ONLY, dualMode ? 0 : 1);
    }

    static async Task CheckAsync()
    {
        if (!await GraftCheck.PassesAsync().ConfigureAwait(false))
            s_isForbidden = true;
    }
}
