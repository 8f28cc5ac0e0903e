using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>
/// Connects with one set of options. Register it for dependency injection. The connector resolves a name once, and then races its addresses
/// (RFC 8305), the paths of the host, and TCP against MPTCP. On a system without MPTCP it connects with TCP, unless the options require
/// MPTCP.
/// </summary>
/// <remarks>
/// The type is thread-safe. All connectors of a process share what they learn about paths that drop MPTCP: see
/// <see cref="MptcpBlackholes"/>.
/// </remarks>
/// <example>
/// <code>
/// var connector = new MptcpConnector(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(10) });
/// using Socket socket = await connector.ConnectAsync("example.com", 443);
/// </code>
/// </example>
public sealed class MptcpConnector
{
    readonly MptcpConnectOptions _options;

    /// <summary>Initializes a connector.</summary>
    /// <param name="options">
    /// The options, or <see langword="null"/> for the defaults. They are copied, so later changes have no effect.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    public MptcpConnector(MptcpConnectOptions? options = null) => _options = Check(options ?? MptcpConnectOptions.Default).Clone();

    /// <summary>Gets the connector with the default options.</summary>
    public static MptcpConnector Default { get; } = new();

    /// <summary>Connects to an end point.</summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Cancels the connect; every attempt is closed.</param>
    /// <returns>A connected socket.</returns>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public ValueTask<Socket> ConnectAsync(EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ConnectAsync(remoteEndPoint, _options, cancellationToken);

    /// <summary>Connects to a host by name or address.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels the connect; every attempt is closed.</param>
    /// <returns>A connected socket.</returns>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public ValueTask<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(NamedEndPoint(host, port), _options, cancellationToken);

    /// <summary>Connects to an end point and returns a stream.</summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Cancels the connect; every attempt is closed.</param>
    /// <returns>A stream that owns its socket.</returns>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public ValueTask<NetworkStream> ConnectStreamAsync(EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ToStreamAsync(ConnectAsync(remoteEndPoint, cancellationToken));

    /// <summary>Connects to a host by name or address and returns a stream.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels the connect; every attempt is closed.</param>
    /// <returns>A stream that owns its socket.</returns>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(string, int, MptcpConnectOptions?, CancellationToken)" path="/exception"/>
    public ValueTask<NetworkStream> ConnectStreamAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ToStreamAsync(ConnectAsync(host, port, cancellationToken));

    internal static Socket Connect(EndPoint remoteEndPoint, MptcpConnectOptions? options)
    {
        options = Check(remoteEndPoint, options);
        if (remoteEndPoint is not DnsEndPoint name)
            return Request((IPEndPoint)remoteEndPoint, options).Connect();

        if (options.Resolver is not null)
            throw new ArgumentException($"{nameof(MptcpConnectOptions.Resolver)} is asynchronous. Connect with {nameof(ConnectAsync)}.", nameof(options));

        long begin = options.TimeProvider.GetTimestamp();
        IPAddress[] addresses = Addresses.Resolve(name);
        return Request(name, addresses, options, TimeLeft(options, begin)).Connect();
    }

    internal static ValueTask<Socket> ConnectAsync(EndPoint remoteEndPoint, MptcpConnectOptions? options, CancellationToken cancellationToken)
    {
        options = Check(remoteEndPoint, options);
        return remoteEndPoint is DnsEndPoint name
            ? ResolveAndConnectAsync(name, options, cancellationToken)
            : Request((IPEndPoint)remoteEndPoint, options).ConnectAsync(cancellationToken);
    }

    internal static DnsEndPoint NamedEndPoint(string host, int port)
    {
        Require.Host(host, port);
        return new DnsEndPoint(host, port);
    }

    /// <summary>Checks that valid options do not contradict each other.</summary>
    internal static MptcpConnectOptions Check(MptcpConnectOptions options) =>
        options is not { RequireMptcpPeer: true, Mode: MptcpMode.Disabled }
            ? options
            : throw new ArgumentException(
                $"{nameof(MptcpConnectOptions.RequireMptcpPeer)} requires MPTCP, and {nameof(MptcpMode)}.{nameof(MptcpMode.Disabled)} forbids it: set only one of them.",
                nameof(options));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    static async ValueTask<Socket> ResolveAndConnectAsync(DnsEndPoint name, MptcpConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options.ConnectTimeout != Timeout.InfiniteTimeSpan)
            return await ResolveAndConnectInTimeAsync(name, options, cancellationToken).ConfigureAwait(false);

        IPAddress[] addresses = await Addresses.ResolveAsync(name, options.Resolver, cancellationToken).ConfigureAwait(false);
        return await Request(name, addresses, options).ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts the time of name resolution, too.</summary>
    static async ValueTask<Socket> ResolveAndConnectInTimeAsync(DnsEndPoint name, MptcpConnectOptions options, CancellationToken cancellationToken)
    {
        long begin = options.TimeProvider.GetTimestamp();
        IPAddress[] addresses;
        using (var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token))
        {
            try
            {
                addresses = await Addresses.ResolveAsync(name, options.Resolver, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken); // of neither token
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                throw new SocketException(
                    (int)SocketError.TimedOut, $"Cannot connect to {name.Host}: its name was not resolved within {nameof(MptcpConnectOptions.ConnectTimeout)}, {options.ConnectTimeout}.");
            }
        }

        return await Request(name, addresses, options, TimeLeft(options, begin)).ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    static TimeSpan TimeLeft(MptcpConnectOptions options, long begin)
    {
        if (options.ConnectTimeout == Timeout.InfiniteTimeSpan)
            return options.ConnectTimeout;

        TimeSpan left = options.ConnectTimeout - options.TimeProvider.GetElapsedTime(begin);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    static async ValueTask<NetworkStream> ToStreamAsync(ValueTask<Socket> connecting) => ToStream(await connecting.ConfigureAwait(false));

    /// <summary>Returns a stream that owns the socket.</summary>
    internal static NetworkStream ToStream(Socket socket)
    {
        try
        {
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch // the caller's ConfigureSocket made the socket non-blocking, which NetworkStream refuses
        {
            socket.Dispose();
            throw;
        }
    }

    static OptionsRequest Request(IPEndPoint remoteEndPoint, MptcpConnectOptions options) => new([AsTarget(remoteEndPoint)], options);

    static OptionsRequest Request(DnsEndPoint name, IPAddress[] addresses, MptcpConnectOptions options, TimeSpan? timeout = null) =>
        new(Targets(addresses, name, options), options) { Host = name.Host, Timeout = timeout ?? options.ConnectTimeout };

    static MptcpConnectOptions Check(EndPoint remoteEndPoint, MptcpConnectOptions? options)
    {
        options = Check(options ?? MptcpConnectOptions.Default);
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        switch (remoteEndPoint)
        {
            case DnsEndPoint name:
                Require.RemotePort(name.Port, nameof(remoteEndPoint));
                break;
            case IPEndPoint address:
                Require.RemotePort(address.Port, nameof(remoteEndPoint));
                if (options.LocalEndPoint is { } local && local.AddressFamily != AsTarget(address).AddressFamily)
                {
                    throw new ArgumentException(
                        $"{nameof(MptcpConnectOptions.LocalEndPoint)} {local} is of another address family than {address}.", nameof(options));
                }

                break;
            default:
                throw new ArgumentException(
                    $"The end point must be an IPEndPoint or a DnsEndPoint, not {remoteEndPoint.GetType().Name} ({remoteEndPoint.AddressFamily}).",
                    nameof(remoteEndPoint));
        }

        return options;
    }

    /// <summary>Always copies: end points can be changed, and later attempts must use the same address as the first.</summary>
    static IPEndPoint AsTarget(IPEndPoint endPoint) => Addresses.Target(endPoint.Address, endPoint.Port);

    /// <summary>Returns the addresses of a name that have the wanted family and can be connected to from the local end point.</summary>
    static IPEndPoint[] Targets(IPAddress[] addresses, DnsEndPoint name, MptcpConnectOptions options)
    {
        AddressFamily wanted = options.LocalEndPoint?.AddressFamily ?? name.AddressFamily;
        var targets = new IPEndPoint[addresses.Length];
        int count = 0;
        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == wanted || !Require.IsInternet(wanted))
                targets[count++] = Addresses.Target(address, name.Port);
        }

        return count > 0
            ? Addresses.Interleave(count == targets.Length ? targets : targets[..count])
            : throw new SocketException(
                (int)SocketError.HostNotFound, Require.IsInternet(wanted) ? $"{name.Host} has no address of family {wanted}." : $"{name.Host} has no address.");
    }
}
