using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Creation;

/// <summary>From a mode to a socket: asks the kernel, turns its errno into a reason, and gives a TCP socket instead where the mode allows it.</summary>
static class SocketFactory
{
    // Only refusals that cannot change while this process runs are kept: the sysctl can be flipped at any time.
    static Refusal s_permanentRefusalIPv4;
    static Refusal s_permanentRefusalIPv6;
    static readonly Lock s_lock = new();

    internal static Socket Create(AddressFamily family, MptcpMode mode, out Refusal refusal)
    {
        refusal = default;
        if (mode == MptcpMode.Disabled)
            return CreateTcp(family);

        using NativeSocket? native = TryOpenMptcp(family, out refusal);
        if (native is not null)
            return Graft.IntoNewSocket(native, family);

        return mode == MptcpMode.Required ? throw refusal.ToException() : CreateTcp(family);
    }

    /// <summary>
    /// To take the place of the fresh TCP socket of a <see cref="TcpClient"/>: see <see cref="Graft.IntoReplaceableSocket"/>. Null, and why, where this system has no Multipath TCP and the mode allows TCP.
    /// </summary>
    internal static Socket? TryCreateInPlaceOf(Socket tcp, MptcpMode mode, out Refusal refusal)
    {
        AddressFamily family = tcp.AddressFamily;
        using NativeSocket? native = TryOpenMptcp(family, out refusal);
        if (native is null)
            return mode == MptcpMode.Required ? throw refusal.ToException() : null;

        Socket socket = Adopt(native, family, mode, tcp);
        return family == AddressFamily.InterNetworkV6 && tcp.DualMode ? WithDualMode(socket) : socket;
    }

    /// <summary>
    /// A new socket on which everything is set that is set on <paramref name="template"/>, a Multipath TCP one that may have been used; it is not
    /// bound. In TCP where that is wanted, or where Multipath TCP is not to be had any more and not required.
    /// </summary>
    internal static Socket CreateLike(Socket template, UnusedValues unused, MptcpMode mode, out Refusal refusal)
    {
        AddressFamily family = template.AddressFamily;
        refusal = default;
        using NativeSocket? mptcp = mode == MptcpMode.Disabled ? null : TryOpenMptcp(family, out refusal);
        if (mptcp is null && mode == MptcpMode.Required)
            throw refusal.ToException();

        using NativeSocket native = mptcp ?? NativeSocket.OpenTcp(family);
        if (!SocketOptions.TryCarry(template, sourceIsMptcp: true, unused, native))
            throw new SocketException((int)SocketError.OperationNotSupported);

        Socket socket = mptcp is null ? new Socket(native.Release()) : Adopt(native, family, mode);
        try
        {
            CarryManagedState(template, socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static Socket WithDualMode(Socket socket)
    {
        try
        {
            socket.DualMode = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One that .NET may replace by a TCP socket, unless Multipath TCP is required.</summary>
    static Socket Adopt(NativeSocket native, AddressFamily family, MptcpMode mode, Socket? spare = null) =>
        mode == MptcpMode.Required ? Graft.IntoNewSocket(native, family) : Graft.IntoReplaceableSocket(native, family, spare);

    /// <summary>What .NET keeps on its own side.</summary>
    static void CarryManagedState(Socket template, Socket socket)
    {
        if (template.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = template.DualMode;

        if (template.ReceiveTimeout > 0)
            socket.ReceiveTimeout = template.ReceiveTimeout;

        if (template.SendTimeout > 0)
            socket.SendTimeout = template.SendTimeout;

        socket.Blocking = template.Blocking;
    }

    /// <summary>Opens the kernel's socket; on a refusal, null and why. Any other error is thrown.</summary>
    internal static NativeSocket? TryOpenMptcp(AddressFamily family, out Refusal refusal)
    {
        refusal = KnownRefusal(family);
        if (refusal.Reason != MptcpUnavailableReason.None)
            return null;

        NativeSocket? native = NativeSocket.TryOpen(family, LinuxConstants.IPPROTO_MPTCP, out int errno);
        if (native is null)
        {
            refusal = Refusal.FromErrno(errno, family) ?? throw Errno.ToException(errno);
            Remember(refusal);
        }

        return native;
    }

    internal static Socket CreateTcp(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Sets <c>TCP_NODELAY</c> where the kernel knows it: Multipath TCP sockets have it since Linux 5.17.</summary>
    internal static void SetNoDelay(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            // A delay on an old kernel is better than no connection.
        }
    }

    static Refusal KnownRefusal(AddressFamily family)
    {
        if (KillSwitch.IsOn)
            return new(MptcpUnavailableReason.DisabledBySwitch, family);

        if (!OperatingSystem.IsLinux())
            return new(MptcpUnavailableReason.NotLinux, family);

        lock (s_lock)
            return family == AddressFamily.InterNetworkV6 ? s_permanentRefusalIPv6 : s_permanentRefusalIPv4;
    }

    static void Remember(Refusal refusal)
    {
        if (!refusal.IsPermanent)
            return;

        lock (s_lock)
        {
            if (refusal.Family == AddressFamily.InterNetworkV6)
                s_permanentRefusalIPv6 = refusal;
            else
                s_permanentRefusalIPv4 = refusal;
        }
    }
}
