using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets;

/// <summary>
/// A <see cref="TcpListener"/> that takes Multipath TCP and plain TCP clients alike; an accepted plain client is a genuine TCP socket. Where this
/// system has no Multipath TCP it listens on TCP. <see cref="MptcpSocketExtensions.GetMptcpState(TcpClient)"/> tells what an accepted client speaks.
/// </summary>
/// <remarks>
/// Stopped and started again it is still Multipath TCP, unless both are called through a variable of type <see cref="TcpListener"/>, whose
/// members are not virtual: then it comes back as TCP, also in mode <see cref="MptcpMode.Required"/>.
/// </remarks>
public class MptcpTcpListener : TcpListener
{
    // Can be bound without IPv6 addresses, where .NET's IPv6 loopback cannot.
    static readonly IPAddress s_mappedLoopback = IPAddress.Loopback.MapToIPv6();

    readonly bool _dualMode;
    Socket? _prepared; // the Server that is as it should be; after a Stop there is another

    /// <summary>Initializes a listener on an end point; it listens from <see cref="Start()"/> on.</summary>
    /// <param name="localEP">The address and port; port 0 lets the system choose.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localEP"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public MptcpTcpListener(IPEndPoint localEP, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(localEP, mode))
    {
        Mode = mode;
        PrepareServer();
    }

    /// <summary>Initializes a listener on an address and port; it listens from <see cref="Start()"/> on.</summary>
    /// <param name="localaddr">The address.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localaddr"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 0 to 65,535, or <paramref name="mode"/> not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public MptcpTcpListener(IPAddress localaddr, int port, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(localaddr, mode), port)
    {
        Mode = mode;
        PrepareServer();
    }

    /// <summary>Initializes a listener on a port of every IPv4 address. Obsolete, as with <see cref="TcpListener"/>.</summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 0 to 65,535, or <paramref name="mode"/> not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    [Obsolete("Use MptcpTcpListener(IPAddress localaddr, int port) or MptcpTcpListener.Create(port) instead.")]
    public MptcpTcpListener(int port, MptcpMode mode = MptcpMode.Preferred)
        : this(IPAddress.Any, port, mode)
    {
    }

    /// <summary>What was asked for.</summary>
    public MptcpMode Mode { get; }

    /// <summary>Makes a listener on a port of every address, IPv6 and IPv4 (dual-mode); of every IPv4 address where there is no IPv6.</summary>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <returns>A listener that is not started.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 0 to 65,535, or <paramref name="mode"/> not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public static MptcpTcpListener Create(int port, MptcpMode mode = MptcpMode.Preferred) =>
        Socket.OSSupportsIPv6 ? new MptcpTcpListener(port, dualMode: true, mode) : new MptcpTcpListener(IPAddress.Any, port, mode);

    /// <summary>
    /// Makes a listener of a socket that listens already, such as one from <see cref="MptcpSocketActivation"/>; it is started. Stopped and started again, it binds the same
    /// address with a socket of its own, over what the first one spoke, which fails while another process, systemd say, holds that one. Linux only.
    /// </summary>
    /// <remarks>
    /// <see cref="TcpListener.Stop"/> leaves another process's descriptor listening, unless it interrupts a synchronous accept of another thread, which .NET does by ending the listening.
    /// </remarks>
    /// <param name="socket">A TCP or Multipath TCP socket that listens, and from which nobody has begun to accept. It is the listener's from now on, and cannot be used any more.</param>
    /// <returns>A listener that is started, with the mode <see cref="MptcpMode.Preferred"/> if the socket speaks Multipath TCP, else <see cref="MptcpMode.Disabled"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">It is not a stream socket of IPv4 or IPv6, or does not listen.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">This system, or this .NET runtime, does not let a socket be put under another's descriptor.</exception>
    public static MptcpTcpListener FromListenSocket(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!Require.IsInternet(socket.AddressFamily) || socket.SocketType != SocketType.Stream)
            throw new ArgumentException($"The socket must be a stream socket of IPv4 or IPv6, not {socket.SocketType} of {socket.AddressFamily}.", nameof(socket));

        if ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! == 0)
            throw new ArgumentException("The socket must be listening.", nameof(socket));

        if (!OperatingSystem.IsLinux() || !Graft.IsAllowed)
            throw new PlatformNotSupportedException("Only on Linux can a listener be made of a socket that listens already. Accept from the socket itself.");

        return new MptcpTcpListener(socket, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? s_mappedLoopback : IPAddress.Loopback, 0));
    }

    /// <summary>Starts listening, with as many waiting connections as the system allows.</summary>
    /// <inheritdoc cref="Start(int)" path="/exception"/>
    public new void Start() => Start(int.MaxValue);

    /// <summary>Starts listening. Does nothing if it is listening already.</summary>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="backlog"/> is negative.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none any more.</exception>
    /// <exception cref="SocketException">The address is in use, or not of this machine.</exception>
    public new void Start(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        if (!Active)
            PrepareServer();

        base.Start(backlog);
    }

    MptcpTcpListener(int port, bool dualMode, MptcpMode mode)
        : base(Require.With(IPAddress.IPv6Any, mode), port)
    {
        Mode = mode;
        _dualMode = dualMode;
        PrepareServer();
    }

    // A TcpListener is active only once it has bound and begun to listen by itself. So it does, on a port of loopback that nobody is told of, and the socket is put
    // under it then. What it was told to bind is changed afterwards: at its next start, it is to bind what the socket was bound to.
    MptcpTcpListener(Socket socket, IPEndPoint placeholder)
        : base(placeholder)
    {
        Mode = SocketProtocol.IsMptcp(socket) ? MptcpMode.Preferred : MptcpMode.Disabled;
        _dualMode = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        try
        {
            if (socket.AddressFamily == AddressFamily.InterNetworkV6)
                Server.DualMode = true; // for the placeholder

            base.Start(backlog: 1);
            using NativeSocket native = NativeSocket.Duplicate(socket.SafeHandle);
            native.MakeBlocking();
            Graft.PutUnder(Server.SafeHandle, native);
        }
        catch
        {
            Stop();
            throw;
        }

        var local = (IPEndPoint)Server.LocalEndPoint!;
        (placeholder.Address, placeholder.Port) = (local.Address, local.Port);
        _prepared = Server;
        socket.Dispose();
    }

    /// <summary>Tried again at each start, since what this system has may have changed.</summary>
    void PrepareServer()
    {
        try
        {
            bool wantsMptcp = Mode != MptcpMode.Disabled && !Server.IsBound;
            if (wantsMptcp && !SocketUpgrade.TryUpgrade(Server, out Refusal refusal) && Mode == MptcpMode.Required)
                throw refusal.ToException();

            if (_dualMode && Server != _prepared)
                Server.DualMode = true;

            _prepared = Server;
        }
        catch
        {
            Stop();
            throw;
        }
    }
}
