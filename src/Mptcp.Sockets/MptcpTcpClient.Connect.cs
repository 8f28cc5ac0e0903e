using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

// All overloads of TcpClient.Connect. They hide the originals, which are not virtual. Each one ends in Connect or ConnectAsync of
// addresses.
public partial class MptcpTcpClient
{
    /// <summary>Connects to a host by name or address. The addresses are tried in order, until one answers.</summary>
    /// <param name="hostname">A name or an address.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <exception cref="ArgumentNullException"><paramref name="hostname"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="hostname"/> has no address of the client's family.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 0 to 65,535.</exception>
    /// <exception cref="MptcpConnectException">
    /// No address could be connected to. If the client has a TCP socket of the caller, the exception is a <see cref="SocketException"/>.
    /// </exception>
    /// <exception cref="SocketException">The name could not be resolved, or the client is connected or connecting.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public new void Connect(string hostname, int port)
    {
        ThrowIfDisposed();
        DnsEndPoint name = Named(hostname, port);
        CheckState();
        Connect(Addresses.Resolve(name), port, nameof(hostname), hostname);
    }

    /// <summary>Connects to an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    /// <inheritdoc cref="Connect(string, int)" path="/exception[not(contains(@cref,'ArgumentNullException'))]"/>
    public new void Connect(IPAddress address, int port)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(address);
        Require.Port(port);
        Connect([address], port, nameof(address), host: null);
    }

    /// <summary>Connects to one of several addresses. They are tried in order, until one answers.</summary>
    /// <param name="ipAddresses">The addresses.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <exception cref="ArgumentNullException"><paramref name="ipAddresses"/> is null.</exception>
    /// <inheritdoc cref="Connect(string, int)" path="/exception[not(contains(@cref,'ArgumentNullException'))]"/>
    public new void Connect(IPAddress[] ipAddresses, int port)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(ipAddresses);
        Require.Port(port);
        Connect(ipAddresses, port, nameof(ipAddresses), host: null);
    }

    /// <summary>Connects to an end point.</summary>
    /// <param name="remoteEP">The address and port.</param>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEP"/> is null.</exception>
    /// <inheritdoc cref="Connect(string, int)" path="/exception[not(contains(@cref,'ArgumentNullException'))]"/>
    public new void Connect(IPEndPoint remoteEP)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(remoteEP);
        Connect(remoteEP.Address, remoteEP.Port);
    }

    /// <inheritdoc cref="Connect(string, int)"/>
    public new Task ConnectAsync(string host, int port) => ConnectAsync(host, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="Connect(IPAddress, int)"/>
    public new Task ConnectAsync(IPAddress address, int port) => ConnectAsync(address, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="Connect(IPAddress[], int)"/>
    public new Task ConnectAsync(IPAddress[] addresses, int port) => ConnectAsync(addresses, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="Connect(IPEndPoint)"/>
    public new Task ConnectAsync(IPEndPoint remoteEP) => ConnectAsync(remoteEP, CancellationToken.None).AsTask();

    /// <inheritdoc cref="Connect(string, int)" path="/*[not(self::param)]"/>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public new ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return ResolveAndConnectAsync(Named(host, port), cancellationToken);
    }

    /// <inheritdoc cref="Connect(IPAddress, int)" path="/*[not(self::param)]"/>
    /// <param name="address">The address.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public new ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(address);
        Require.Port(port);
        return ConnectAsync([address], port, nameof(address), host: null, cancellationToken);
    }

    /// <inheritdoc cref="Connect(IPAddress[], int)" path="/*[not(self::param)]"/>
    /// <param name="addresses">The addresses.</param>
    /// <param name="port">The port, from 0 to 65,535.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public new ValueTask ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(addresses);
        Require.Port(port);
        return ConnectAsync(addresses, port, nameof(addresses), host: null, cancellationToken);
    }

    /// <inheritdoc cref="Connect(IPEndPoint)" path="/*[not(self::param)]"/>
    /// <param name="remoteEP">The address and port.</param>
    /// <param name="cancellationToken">Cancels the connect. All attempts are closed.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public new ValueTask ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(remoteEP);
        return ConnectAsync(remoteEP.Address, remoteEP.Port, cancellationToken);
    }

    /// <inheritdoc cref="TcpClient.BeginConnect(string, int, AsyncCallback?, object?)"/>
    public new IAsyncResult BeginConnect(string host, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(host, port), requestCallback, state);

    /// <inheritdoc cref="TcpClient.BeginConnect(IPAddress, int, AsyncCallback?, object?)"/>
    public new IAsyncResult BeginConnect(IPAddress address, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(address, port), requestCallback, state);

    /// <inheritdoc cref="TcpClient.BeginConnect(IPAddress[], int, AsyncCallback?, object?)"/>
    public new IAsyncResult BeginConnect(IPAddress[] addresses, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(addresses, port), requestCallback, state);

    /// <inheritdoc cref="TcpClient.EndConnect(IAsyncResult)"/>
    public new void EndConnect(IAsyncResult asyncResult)
    {
        TaskToAsyncResult.End(asyncResult);
        Active = true;
    }

    /// <summary>
    /// An empty name means this host, as with <see cref="TcpClient"/>, but a <see cref="DnsEndPoint"/> does not accept it.
    /// </summary>
    static DnsEndPoint Named(string host, int port, [CallerArgumentExpression(nameof(host))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(host, parameter);
        Require.Port(port);
        return new DnsEndPoint(host.Length > 0 ? host : Dns.GetHostName(), port);
    }

    /// <summary>Runs before a name is resolved, because that can take a long time.</summary>
    void CheckState()
    {
        lock (_lock)
            ThrowIfCannotConnect();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    async ValueTask ResolveAndConnectAsync(DnsEndPoint name, CancellationToken cancellationToken)
    {
        CheckState();
        IPAddress[] addresses = await Addresses.ResolveAsync(name, resolver: null, cancellationToken).ConfigureAwait(false);
        await ConnectAsync(addresses, name.Port, "host", name.Host, cancellationToken).ConfigureAwait(false);
    }

    void Connect(IPAddress[] addresses, int port, string addressesName, string? host)
    {
        if (ConnectsAsTcp(out Socket socket))
        {
            ConnectOverTcp(socket, addresses, port, host);
            return;
        }

        ClientRequest request = Begin(addresses, port, addressesName, host);
        Socket? winner = null;
        try
        {
            winner = request.Connect();
        }
        finally
        {
            End(request, winner, onClose: SocketError.NotSocket);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    async ValueTask ConnectAsync(IPAddress[] addresses, int port, string addressesName, string? host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ConnectsAsTcp(out Socket socket))
        {
            await ConnectOverTcpAsync(socket, addresses, port, host, cancellationToken).ConfigureAwait(false);
            return;
        }

        ClientRequest request = Begin(addresses, port, addressesName, host);
        Socket? winner = null;
        try
        {
            winner = await request.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End(request, winner, onClose: SocketError.OperationAborted);
        }
    }
}
