using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets;

/// <summary>
/// A <see cref="TcpListener"/> that accepts MPTCP and TCP clients alike. On a system without MPTCP, it listens with TCP.
/// </summary>
/// <remarks>
/// <para>
/// The socket of an accepted TCP client is a TCP socket. <see cref="MptcpSocketExtensions.GetMptcpState(TcpClient)"/> returns what an accepted client uses.
/// </para>
/// <para>
/// A listener that is stopped and started again still uses MPTCP. But if it is started again through a variable of type <see cref="TcpListener"/>, whose members
/// are not virtual, it uses TCP, even in <see cref="MptcpMode.Required"/>.
/// </para>
/// <para>
/// Accepting is thread-safe, and any thread may stop the listener, which ends the pending accepts. An accept that begins while another thread stops the listener may
/// throw <see cref="NullReferenceException"/>, as that of <see cref="TcpListener"/> may. Starting is not thread-safe.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var listener = new MptcpTcpListener(IPAddress.Any, 8080);
/// listener.Start();
/// using TcpClient client = await listener.AcceptTcpClientAsync();
/// </code>
/// </example>
public class MptcpTcpListener : TcpListener
{
    const string NotHere = "Cannot create a listener from a listening socket: that needs Linux and the permission to call dup3(2). Accept from the socket itself.";

    // This address can be bound without IPv6 addresses; the IPv6 loopback of .NET cannot.
    static readonly IPAddress s_mappedLoopback = IPAddress.Loopback.MapToIPv6();

    readonly bool _dualMode;
    Socket? _prepared; // the Server that was set up last; Stop replaces it

    /// <summary>Initializes a listener on an end point. <see cref="Start()"/> starts it.</summary>
    /// <param name="localEP">The address and port. With port 0, the system chooses the port.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localEP"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    public MptcpTcpListener(IPEndPoint localEP, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(localEP, mode))
    {
        Mode = mode;
        PrepareServer();
    }

    /// <summary>Initializes a listener on an address and port. <see cref="Start()"/> starts it.</summary>
    /// <param name="localaddr">The address.</param>
    /// <param name="port">The port. With 0, the system chooses the port.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localaddr"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is less than 0 or greater than 65,535, or <paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    public MptcpTcpListener(IPAddress localaddr, int port, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(localaddr, mode), port)
    {
        Mode = mode;
        PrepareServer();
    }

    /// <summary>Initializes a listener on a port of all IPv4 addresses. Obsolete, as in <see cref="TcpListener"/>.</summary>
    /// <param name="port">The port. With 0, the system chooses the port.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is less than 0 or greater than 65,535, or <paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    [Obsolete("Use MptcpTcpListener(IPAddress localaddr, int port) or MptcpTcpListener.Create(port) instead.")]
    public MptcpTcpListener(int port, MptcpMode mode = MptcpMode.Preferred)
        : this(IPAddress.Any, port, mode)
    {
    }

    /// <summary>Gets the mode that was passed to the constructor.</summary>
    public MptcpMode Mode { get; }

    /// <summary>Creates a listener on a port of all IPv6 and IPv4 addresses (dual-mode). On a system without IPv6, creates one for all IPv4 addresses.</summary>
    /// <param name="port">The port. With 0, the system chooses the port.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <returns>A listener that is not started.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is less than 0 or greater than 65,535, or <paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    public static MptcpTcpListener Create(int port, MptcpMode mode = MptcpMode.Preferred) =>
        Socket.OSSupportsIPv6 ? new MptcpTcpListener(port, dualMode: true, mode) : new MptcpTcpListener(IPAddress.Any, port, mode);

    /// <summary>
    /// Creates a started listener from a socket that already listens, such as one from <see cref="MptcpSocketActivation"/>. Linux only.
    /// </summary>
    /// <remarks>
    /// A listener that is stopped and started again binds the same address with a new socket of the same protocol. That fails while another process, such as systemd,
    /// holds the first socket. <see cref="TcpListener.Stop"/> leaves the descriptor of another process listening, unless it interrupts a synchronous accept of
    /// another thread: .NET does that by ending the listening.
    /// </remarks>
    /// <param name="socket">A listening TCP or MPTCP socket from which nothing was accepted yet. The listener owns it; do not use it any more.</param>
    /// <returns>A started listener. Its mode is <see cref="MptcpMode.Preferred"/> if the socket is an MPTCP socket; otherwise, <see cref="MptcpMode.Disabled"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="socket"/> is not a stream socket of IPv4 or IPv6, or does not listen.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="socket"/> is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux, or this .NET runtime does not allow ordinary MPTCP sockets.</exception>
    public static MptcpTcpListener FromListenSocket(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!Require.IsInternet(socket.AddressFamily) || socket.SocketType != SocketType.Stream)
            throw new ArgumentException($"The socket must be a stream socket of IPv4 or IPv6, not {socket.SocketType} of {socket.AddressFamily}.", nameof(socket));

        if ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! == 0)
            throw new ArgumentException("The socket must be listening.", nameof(socket));

        if (!OperatingSystem.IsLinux() || !Graft.IsAllowed)
            throw new PlatformNotSupportedException(NotHere);

        return new MptcpTcpListener(socket, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? s_mappedLoopback : IPAddress.Loopback, 0));
    }

    /// <summary>Starts listening. As many connections may wait to be accepted as the system allows.</summary>
    /// <inheritdoc cref="Start(int)" path="/exception"/>
    public new void Start() => Start(int.MaxValue);

    /// <summary>Starts listening. Does nothing if the listener is already started.</summary>
    /// <param name="backlog">The number of connections that may wait to be accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="backlog"/> is negative.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system no longer provides it.</exception>
    /// <exception cref="SocketException">The address is in use, or does not belong to this host.</exception>
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

    // A TcpListener becomes active only by binding and listening itself. So it listens on an unannounced loopback port first, and then gets the socket.
    // Afterwards its end point is changed, so that the next start binds the address of the socket.
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
            if (!Graft.TryPutUnder(Server.SafeHandle, native))
                throw new PlatformNotSupportedException(NotHere);
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

    /// <summary>Sets up the server socket. Runs at each start, because what the system supports may have changed.</summary>
    void PrepareServer()
    {
        try
        {
            bool wantsMptcp = Mode != MptcpMode.Disabled && !Server.IsBound;
            if (Mode == MptcpMode.Disabled && PlainSockets.AreMptcp && !Server.IsBound)
                MakeTcp(Server);

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

    /// <summary>Replaces a socket that mptcpize turned into an MPTCP socket. If a sandbox forbids to replace the descriptor, the socket stays as it is.</summary>
    void MakeTcp(Socket server)
    {
        Socket tcp = SocketFactory.Adapt(server, MptcpMode.Disabled, _dualMode, out _);
        if (tcp != server)
            tcp.Dispose();
    }
}
