using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// Makes and connects Multipath TCP sockets (RFC 8684). What it gives is an ordinary <see cref="Socket"/>; where this system has no Multipath TCP
/// it is a TCP socket, unless <see cref="MptcpMode.Required"/> was asked for.
/// </summary>
public static class MptcpSocket
{
    /// <summary>
    /// Whether a Multipath TCP socket, IPv4 or IPv6, can be made at this moment. Asks the kernel, since a setting may change while the process
    /// runs. <see cref="MptcpCapabilities.Probe"/> says why not.
    /// </summary>
    public static bool IsSupported => CanOpen(AddressFamily.InterNetwork) || CanOpen(AddressFamily.InterNetworkV6);

    /// <summary>Makes a socket for IPv6 and IPv4 (dual-mode), or for IPv4 where there is no IPv6, as <see cref="Socket(SocketType, ProtocolType)"/> does.</summary>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <returns>A socket that is neither bound nor connected.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="SocketException">The system gave no socket, for another reason.</exception>
    public static Socket Create(MptcpMode mode = MptcpMode.Preferred)
    {
        Require.Defined(mode);
        return Socket.OSSupportsIPv6
            ? SocketFactory.WithDualMode(SocketFactory.Create(AddressFamily.InterNetworkV6, mode, out _))
            : SocketFactory.Create(AddressFamily.InterNetwork, mode, out _);
    }

    /// <summary>Makes a socket of one family; one for IPv6 takes no IPv4 (<see cref="Socket.DualMode"/> is false), as with <see cref="Socket"/>.</summary>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <returns>A socket that is neither bound nor connected.</returns>
    /// <exception cref="ArgumentException"><paramref name="addressFamily"/> is another family.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="SocketException">The system gave no socket, for another reason.</exception>
    public static Socket Create(AddressFamily addressFamily, MptcpMode mode = MptcpMode.Preferred) =>
        SocketFactory.Create(Require.InternetFamily(addressFamily), Require.Defined(mode), out _);

    /// <summary>
    /// Makes a bound socket on which Kestrel can listen: fits <c>SocketTransportOptions.CreateBoundListenSocket</c>. One bound to
    /// <see cref="IPAddress.IPv6Any"/> takes IPv4, too, as Kestrel's own does; to another IPv6 address, IPv6 only.
    /// </summary>
    /// <param name="localEndPoint">An <see cref="IPEndPoint"/>; port 0 lets the system choose. Others, of Unix sockets say, are for <c>SocketTransportOptions.CreateDefaultBoundListenSocket</c>.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <returns>A socket that is bound and not listening. It will take Multipath TCP and plain TCP clients alike.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="localEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="localEndPoint"/> is not an <see cref="IPEndPoint"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="SocketException">The address is in use, not of this machine, or there was no socket for another reason.</exception>
    public static Socket CreateBoundListenSocket(EndPoint localEndPoint, MptcpMode mode = MptcpMode.Preferred)
    {
        IPEndPoint local = Require.LocalEndPoint(localEndPoint);
        return CreateBound(local, new MptcpListenOptions { Mode = Require.Defined(mode), DualMode = local.Address.Equals(IPAddress.IPv6Any) });
    }

    /// <summary>Makes a socket that listens. It takes Multipath TCP and plain TCP clients alike; an accepted plain one is a genuine TCP socket.</summary>
    /// <param name="localEndPoint">An <see cref="IPEndPoint"/>; port 0 lets the system choose.</param>
    /// <param name="options">How to listen; null for the defaults.</param>
    /// <returns>A listening socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="localEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="localEndPoint"/> is not an <see cref="IPEndPoint"/>, or IPv4 with <see cref="MptcpListenOptions.DualMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="SocketException">The address is in use, not of this machine, or there was no socket for another reason.</exception>
    public static Socket Listen(EndPoint localEndPoint, MptcpListenOptions? options = null)
    {
        options ??= new MptcpListenOptions();
        IPEndPoint local = Require.LocalEndPoint(localEndPoint);
        if (options.DualMode && local.AddressFamily != AddressFamily.InterNetworkV6)
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
    /// Turns a TCP socket that was not used yet into a Multipath TCP one, for libraries that hand out a socket before they connect it. The options
    /// that were set on it are kept: those that .NET has a name for, and of the kernel's own those that can be read back, such as device, mark,
    /// priority and congestion control. What cannot be read back is lost: packet filters and the keys of <c>TCP_MD5SIG</c>.
    /// </summary>
    /// <remarks>
    /// Connecting the socket to a name or a list of addresses afterwards tries the first address only: connect through
    /// <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/> where that matters.
    /// </remarks>
    /// <param name="socket">A TCP socket that is neither bound, connected nor listening.</param>
    /// <returns>
    /// True if the socket is Multipath TCP now, also if it was before. False, with the socket untouched, where this system has no Multipath TCP,
    /// where an option was set on the socket that the kernel does not know for Multipath TCP, such as <see cref="Socket.Ttl"/>, or where the socket has
    /// failed to connect, as far as the kernel shows it.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a TCP socket of IPv4 or IPv6.</exception>
    /// <exception cref="InvalidOperationException">The socket is bound, connected, connecting or listening.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">The system gave no socket, for a reason that is not want of Multipath TCP.</exception>
    public static bool TryUpgrade(Socket socket) => SocketUpgrade.TryUpgrade(socket);

    /// <summary>Connects on the calling thread: see <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/>. Off Linux, addresses are tried one after another.</summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <returns>A connected socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException">The end point is of another kind, or options contradict it or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is 0.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="MptcpFallbackException">A Multipath TCP peer is required, and this one answered without.</exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    public static Socket Connect(EndPoint remoteEndPoint, MptcpConnectOptions? options = null) => Connector.Connect(remoteEndPoint, options);

    /// <summary>Connects on the calling thread: see <see cref="ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)"/>. Off Linux, addresses are tried one after another.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <returns>A connected socket.</returns>
    /// <inheritdoc cref="ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public static Socket Connect(string host, int port, MptcpConnectOptions? options = null) => Connector.Connect(NamedEndPoint(host, port), options);

    /// <summary>
    /// Connects: resolves a name once, tries its addresses with a fresh socket each, a new one whenever the last has failed or has been
    /// unanswered for <see cref="MptcpConnectOptions.ConnectionAttemptDelay"/> (Happy Eyeballs, RFC 8305), and gives the first that
    /// connects; all others are closed. A path that drops Multipath TCP is overtaken by TCP after <see cref="MptcpConnectOptions.TcpFallbackDelay"/>.
    /// </summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the connect; every attempt is closed.</param>
    /// <returns>
    /// A connected socket, whose state <see cref="MptcpSocketExtensions.GetMptcpState(Socket)"/> tells. As of all <see cref="ValueTask"/>s, it is to be awaited once.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="ArgumentException">The end point is of another kind, or options contradict it or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is 0.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="MptcpFallbackException">A Multipath TCP peer is required, and this one answered without.</exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Socket> ConnectAsync(
        EndPoint remoteEndPoint, MptcpConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        Connector.ConnectAsync(remoteEndPoint, options, cancellationToken);

    /// <summary>Connects to a host by name or address: see <see cref="ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/>.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the connect; every attempt is closed.</param>
    /// <returns>A connected socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="host"/> is empty, or options contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 1 to 65,535.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="MptcpFallbackException">A Multipath TCP peer is required, and this one answered without.</exception>
    /// <exception cref="MptcpConnectException">No address could be connected to.</exception>
    /// <exception cref="SocketException">The name could not be resolved.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Socket> ConnectAsync(
        string host, int port, MptcpConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        Connector.ConnectAsync(NamedEndPoint(host, port), options, cancellationToken);

    static DnsEndPoint NamedEndPoint(string host, int port)
    {
        Require.Host(host, port);
        return new DnsEndPoint(host, port);
    }

    static bool CanOpen(AddressFamily family)
    {
        try
        {
            using var native = SocketFactory.TryOpenMptcp(family, out _);
            return native is not null;
        }
        catch (SocketException)
        {
            return false; // no such family, or no socket of any kind: whoever makes one is told why
        }
    }

    static Socket CreateBound(IPEndPoint local, MptcpListenOptions options)
    {
        Socket socket = SocketFactory.Create(local.AddressFamily, options.Mode, out Refusal refusal);
        try
        {
            if (options.Mode != MptcpMode.Disabled)
                Log.Created(Log.CreateLogger(options.LoggerFactory), refusal);

            if (options.DualMode)
                socket.DualMode = true;

            if (options.NoDelay)
                SocketFactory.SetNoDelay(socket);

            options.ConfigureSocket?.Invoke(socket);
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
