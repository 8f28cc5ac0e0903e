using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// Creates and connects MPTCP sockets (RFC 8684).
/// </summary>
/// <remarks>
/// All methods return ordinary <see cref="Socket"/>s. On a system without MPTCP they return TCP sockets, except in
/// <see cref="MptcpMode.Required"/>.
/// </remarks>
/// <example><code>using Socket socket = await MptcpSocket.ConnectAsync("example.org", 443);</code></example>
public static class MptcpSocket
{
    /// <summary>
    /// Gets whether an MPTCP socket can be created at this moment, for IPv4 or IPv6.
    /// </summary>
    /// <remarks>
    /// Each read asks the kernel, because its settings can change. <see cref="MptcpCapabilities.Probe"/> says why MPTCP is not available.
    /// </remarks>
    public static bool IsSupported => CanOpen(AddressFamily.InterNetwork) || CanOpen(AddressFamily.InterNetworkV6);

    /// <summary>Creates a socket for IPv6 and IPv4 (dual-mode). On a system without IPv6, creates an IPv4 socket.</summary>
    /// <example><code>using Socket socket = MptcpSocket.Create();</code></example>
    /// <param name="mode">
    /// The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.
    /// </param>
    /// <returns>A socket that is neither bound nor connected.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="SocketException">The system could not create a socket, for a reason other than MPTCP.</exception>
    public static Socket Create(MptcpMode mode = MptcpMode.Preferred)
    {
        Require.Defined(mode);
        return Socket.OSSupportsIPv6
            ? SocketFactory.Create(AddressFamily.InterNetworkV6, mode, dualMode: true, out _)
            : SocketFactory.Create(AddressFamily.InterNetwork, mode, dualMode: false, out _);
    }

    /// <summary>Creates a socket of one address family. An IPv6 socket is not dual-mode.</summary>
    /// <example><code>using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required);</code></example>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="mode">
    /// The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.
    /// </param>
    /// <returns>A socket that is neither bound nor connected.</returns>
    /// <exception cref="ArgumentException"><paramref name="addressFamily"/> is another family.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="SocketException">The system could not create a socket, for a reason other than MPTCP.</exception>
    public static Socket Create(AddressFamily addressFamily, MptcpMode mode = MptcpMode.Preferred) =>
        SocketFactory.Create(Require.InternetFamily(addressFamily), Require.Defined(mode), dualMode: false, out _);

    /// <summary>
    /// Creates a bound socket that does not listen yet, as Kestrel's <c>SocketTransportOptions.CreateBoundListenSocket</c> expects it.
    /// </summary>
    /// <remarks>
    /// As in Kestrel, a socket that is bound to <see cref="IPAddress.IPv6Any"/> accepts IPv4 clients, too. The socket accepts MPTCP and
    /// TCP clients alike.
    /// </remarks>
    /// <example><code>kestrel.CreateBoundListenSocket = endPoint => MptcpSocket.CreateBoundListenSocket(endPoint);</code></example>
    /// <param name="localEndPoint">
    /// An <see cref="IPEndPoint"/>. With port 0, the system chooses the port. For other end points, use
    /// <c>SocketTransportOptions.CreateDefaultBoundListenSocket</c>.
    /// </param>
    /// <param name="mode">
    /// The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.
    /// </param>
    /// <returns>A bound socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="localEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="localEndPoint"/> is not an <see cref="IPEndPoint"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="SocketException">
    /// The address is in use or does not belong to this host, or the system could not create a socket.
    /// </exception>
    public static Socket CreateBoundListenSocket(EndPoint localEndPoint, MptcpMode mode = MptcpMode.Preferred)
    {
        IPEndPoint local = Require.LocalEndPoint(localEndPoint);
        return CreateBound(local, new MptcpListenOptions { Mode = Require.Defined(mode) });
    }

    /// <summary>
    /// Creates a listening socket. It accepts MPTCP and TCP clients alike. The socket of an accepted TCP client is a TCP socket.
    /// </summary>
    /// <example>
    /// <code>
    /// using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 8080));
    /// using Socket client = await listener.AcceptAsync();
    /// </code>
    /// </example>
    /// <param name="localEndPoint">An <see cref="IPEndPoint"/>. With port 0, the system chooses the port.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>A listening socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="localEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="localEndPoint"/> is not an <see cref="IPEndPoint"/>, or it is an IPv4 end point and
    /// <see cref="MptcpListenOptions.DualMode"/> is set.
    /// </exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="SocketException">
    /// The address is in use or does not belong to this host, or the system could not create a socket.
    /// </exception>
    public static Socket Listen(EndPoint localEndPoint, MptcpListenOptions? options = null)
    {
        options ??= new MptcpListenOptions();
        IPEndPoint local = Require.LocalEndPoint(localEndPoint);
        if (options.DualMode == true && local.AddressFamily != AddressFamily.InterNetworkV6)
            throw new ArgumentException($"{nameof(MptcpListenOptions.DualMode)} needs an IPv6 end point such as [::]:{local.Port}, not {local}.", nameof(options));

        Socket socket = CreateBound(local, options);
        try
        {
            socket.Listen(options.Backlog);
            ILogger logger = Log.CreateLogger(options.LoggerFactory);
            if (logger.IsEnabled(LogLevel.Debug))
                Log.Listening(logger, socket.LocalEndPoint, SocketProtocol.IsMptcp(socket) ? "MPTCP" : "TCP");

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Turns an unused TCP socket into an MPTCP socket, for libraries that hand out a socket before they connect it.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The options of the socket are kept if .NET has a name for them, or if the kernel can report them, such as device, mark, priority
    /// and congestion control. Options that the kernel does not report are lost: packet filters and the keys of <c>TCP_MD5SIG</c>.
    /// </para>
    /// <para>
    /// If the socket is then connected to a name or a list of addresses, it tries the first address only.
    /// <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/> tries all addresses.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    /// bool usesMptcp = MptcpSocket.TryUpgrade(socket);
    /// </code>
    /// </example>
    /// <param name="socket">A TCP socket that is neither bound, connected nor listening.</param>
    /// <returns>
    /// <see langword="true"/> if the socket is an MPTCP socket now; otherwise, <see langword="false"/>, and the socket is unchanged. The
    /// latter happens on a system without MPTCP, if the socket has an option that the kernel lacks for MPTCP, such as
    /// <see cref="Socket.Ttl"/>, or if a connect of the socket has failed.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a TCP socket of IPv4 or IPv6.</exception>
    /// <exception cref="InvalidOperationException">The socket is bound, connected, connecting or listening.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">The system could not create a socket, for a reason other than MPTCP.</exception>
    public static bool TryUpgrade(Socket socket) => SocketUpgrade.TryUpgrade(socket);

    /// <summary>
    /// Connects on the calling thread: see <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/>. On systems other
    /// than Linux, addresses are tried one after another.
    /// </summary>
    /// <example><code>using Socket socket = MptcpSocket.Connect(new IPEndPoint(IPAddress.Loopback, 8080));</code></example>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>A connected socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException">The end point is of another kind, or the options contradict it or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is 0.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="MptcpFallbackException">
    /// <see cref="MptcpConnectOptions.RequireMptcpPeer"/> is set, and the peer answered without MPTCP.
    /// </exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    public static Socket Connect(EndPoint remoteEndPoint, MptcpConnectOptions? options = null) => MptcpConnector.Connect(remoteEndPoint, options);

    /// <summary>
    /// Connects on the calling thread: see <see cref="ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)"/>. On systems
    /// other than Linux, addresses are tried one after another.
    /// </summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>A connected socket.</returns>
    /// <inheritdoc cref="ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public static Socket Connect(string host, int port, MptcpConnectOptions? options = null) => MptcpConnector.Connect(MptcpConnector.NamedEndPoint(host, port), options);

    /// <summary>
    /// Connects to an end point. Resolves a name once, and tries its addresses, each with a new socket. The next attempt starts when the
    /// previous one has failed, or has been unanswered for <see cref="MptcpConnectOptions.ConnectionAttemptDelay"/> (Happy Eyeballs, RFC
    /// 8305). The first socket that connects is returned, and all others are closed. If a path drops MPTCP, TCP wins after
    /// <see cref="MptcpConnectOptions.TcpFallbackDelay"/>.
    /// </summary>
    /// <example>
    /// <code>
    /// var options = new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(10) };
    /// using Socket socket = await MptcpSocket.ConnectAsync(new DnsEndPoint("example.org", 443), options, cancellationToken);
    /// </code>
    /// </example>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <returns>
    /// A connected socket. <see cref="MptcpSocketExtensions.GetMptcpState(Socket)"/> returns what it uses. As with every
    /// <see cref="ValueTask"/>, await the result once.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException">The end point is of another kind, or the options contradict it or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is 0.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="MptcpFallbackException">
    /// <see cref="MptcpConnectOptions.RequireMptcpPeer"/> is set, and the peer answered without MPTCP.
    /// </exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Socket> ConnectAsync(
        EndPoint remoteEndPoint, MptcpConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        MptcpConnector.ConnectAsync(remoteEndPoint, options, cancellationToken);

    /// <summary>
    /// Connects to a host by name or address: see <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/>.
    /// </summary>
    /// <example><code>using Socket socket = await MptcpSocket.ConnectAsync("example.org", 443, new MptcpConnectOptions { NoDelay = true });</code></example>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <returns>A connected socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="host"/> is empty, or the options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 1 to 65,535.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// MPTCP is required, and the system does not provide it. The message says why, and what to do.
    /// </exception>
    /// <exception cref="MptcpFallbackException">An MPTCP peer is required, and this one answered without.</exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Socket> ConnectAsync(
        string host, int port, MptcpConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        MptcpConnector.ConnectAsync(MptcpConnector.NamedEndPoint(host, port), options, cancellationToken);

    static bool CanOpen(AddressFamily family)
    {
        try
        {
            using var native = SocketFactory.TryOpenMptcp(family, out _);
            return native is not null;
        }
        catch (SocketException)
        {
            return false; // this family does not exist, or no socket can be created: the call that creates one reports it
        }
    }

    static Socket CreateBound(IPEndPoint local, MptcpListenOptions options)
    {
        bool dualMode = options.DualMode ?? local.Address.Equals(IPAddress.IPv6Any);
        Socket socket = SocketFactory.Create(local.AddressFamily, options.Mode, dualMode, out Refusal refusal);
        try
        {
            if (options.Mode != MptcpMode.Disabled)
                SocketFactory.Report(Log.CreateLogger(options.LoggerFactory), refusal);

            if (options.NoDelay)
                SocketFactory.SetNoDelay(socket);

            ConfigureSocketCallback.Invoke(options.ConfigureSocket, socket);
            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
