using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Creation;

/// <summary>From a mode to a socket: asks the kernel, turns its errno into a reason, and gives a TCP socket instead where the mode allows it.</summary>
static class SocketFactory
{
    // Only refusals that cannot change while this process runs are kept: the sysctl can be flipped at any time.
    static Refusal s_permanentRefusalIPv4;
    static Refusal s_permanentRefusalIPv6;
    static readonly Lock s_lock = new();
    static Refusal s_lastRefusal; // guarded by s_lock

    /// <summary>Why MPTCP was last unavailable in this process, as far as that may have changed since; the default if it never was.</summary>
    internal static Refusal LastRefusal
    {
        get
        {
            lock (s_lock)
                return s_lastRefusal;
        }
    }

    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="mode">What to do where this system has no MPTCP.</param>
    /// <param name="dualMode">Whether an IPv6 socket takes IPv4, too.</param>
    /// <param name="refusal">Why the socket is TCP although MPTCP was asked for.</param>
    internal static Socket Create(AddressFamily family, MptcpMode mode, bool dualMode, out Refusal refusal)
    {
        refusal = default;
        if (mode == MptcpMode.Disabled)
            return CreateTcp(family, dualMode);

        using NativeSocket? native = TryOpenMptcp(family, out refusal);
        if (native is not null)
            return Graft.IntoNewSocket(native, family, dualMode);

        return mode == MptcpMode.Required ? throw refusal.ToException() : CreateTcp(family, dualMode);
    }

    internal static Socket CreateTcp(AddressFamily family) => CreateTcp(family, dualMode: false);

    internal static Socket CreateTcp(AddressFamily family, bool dualMode)
    {
        if (PlainSockets.AreMptcp)
        {
            using NativeSocket native = NativeSocket.OpenTcp(family);
            return Graft.Wrap(native, family, dualMode);
        }

        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        return dualMode ? WithDualMode(socket) : socket;
    }

    /// <summary>
    /// Gives the fresh socket of a <see cref="TcpClient"/> or <see cref="TcpListener"/> what the mode asks for, in place where this runtime allows it.
    /// Otherwise, another socket is returned, and the caller closes the first.
    /// </summary>
    internal static Socket Adapt(Socket fresh, MptcpMode mode, bool dualMode, out Refusal refusal)
    {
        refusal = default;
        AddressFamily family = fresh.AddressFamily;
        using NativeSocket? native = mode != MptcpMode.Disabled ? TryOpenMptcp(family, out refusal) : PlainSockets.AreMptcp ? NativeSocket.OpenTcp(family) : null;
        if (native is null)
            return mode == MptcpMode.Required ? throw refusal.ToException() : fresh;

        return Graft.IsAllowed && Graft.TryPutUnder(fresh, native, dualMode) ? fresh : Graft.Wrap(native, family, dualMode);
    }

    /// <summary>
    /// A new socket on which everything is set that is set on <paramref name="template"/>, a Multipath TCP one that may have been used; it is not
    /// bound. In TCP where that is wanted, or where Multipath TCP is not to be had any more and not required.
    /// </summary>
    internal static Socket CreateLike(Socket template, ValuesBeforeConnect before, MptcpMode mode, out Refusal refusal)
    {
        AddressFamily family = template.AddressFamily;
        refusal = default;
        using NativeSocket? mptcp = mode == MptcpMode.Disabled ? null : TryOpenMptcp(family, out refusal);
        if (mptcp is null && mode == MptcpMode.Required)
            throw refusal.ToException();

        using NativeSocket native = mptcp ?? NativeSocket.OpenTcp(family);
        if (!SocketOptions.TryCarry(template, sourceIsMptcp: true, before, native))
            throw new SocketException((int)SocketError.OperationNotSupported);

        Socket socket = mptcp is null ? new Socket(native.Release()) : Graft.IntoNewSocket(native, family, dualMode: false);
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

    /// <summary>Logs what came of asking for an MPTCP socket.</summary>
    internal static void Report(ILogger logger, Refusal refusal)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;

        if (KillSwitch.UnknownValue is { } value)
            Log.UnknownSwitchOnce(logger, KillSwitch.EnvironmentName, value);

        if (refusal.Reason != MptcpUnavailableReason.None)
            Log.Unavailable(logger, refusal.Reason, refusal.Explanation);
        else if (!Graft.IsAllowed)
            Log.WrappedOnce(logger);
    }

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
        lock (s_lock)
        {
            if (!refusal.IsPermanent)
                s_lastRefusal = refusal;
            else if (refusal.Family == AddressFamily.InterNetworkV6)
                s_permanentRefusalIPv6 = refusal;
            else
                s_permanentRefusalIPv4 = refusal;
        }
    }
}
