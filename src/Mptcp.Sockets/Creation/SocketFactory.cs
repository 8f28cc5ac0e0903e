using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Creates a socket for a mode: asks the kernel, converts its errno into a reason, and creates a TCP socket instead if the mode allows it.
/// </summary>
static class SocketFactory
{
    // Only refusals that cannot change while this process runs are kept: the sysctl can change at any time.
    static Refusal s_permanentRefusalIPv4;
    static Refusal s_permanentRefusalIPv6;
    static readonly Lock s_lock = new();
    static Refusal s_lastRefusal; // guarded by s_lock

    /// <summary>
    /// Why MPTCP was last unavailable in this process, if that may have changed since; the default value if it never was.
    /// </summary>
    internal static Refusal LastRefusal
    {
        get
        {
            lock (s_lock)
                return s_lastRefusal;
        }
    }

    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="mode">What to do if this system has no MPTCP.</param>
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
    /// Gives the new socket of a <see cref="TcpClient"/> or <see cref="TcpListener"/> the protocol that the mode asks for. If this runtime
    /// does not allow that in place, another socket is returned, and the caller closes the first.
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
    /// Creates a socket with all options of <paramref name="template"/>, an MPTCP socket that may have been used. The new socket is not
    /// bound. It is a TCP socket if the mode asks for that, or if MPTCP is no longer available and not required.
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

    /// <summary>Copies the state that .NET keeps outside the kernel.</summary>
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

    /// <summary>Opens the kernel's socket; on a refusal, returns null and the reason. Any other error is thrown.</summary>
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

    /// <summary>Logs the outcome of a request for an MPTCP socket.</summary>
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

    /// <summary>Sets <c>TCP_NODELAY</c> if the kernel supports it on MPTCP sockets, which it does since Linux 5.17.</summary>
    internal static void SetNoDelay(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            // An old kernel delays small packets (Nagle's algorithm). That is better than no connection.
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
