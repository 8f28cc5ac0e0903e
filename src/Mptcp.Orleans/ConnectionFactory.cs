using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mptcp.Sockets;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>Connects to silos. Orleans limits the time of a connect, and tries again later.</summary>
sealed class ConnectionFactory(MptcpConnector connector, SocketConnectionOptions options) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = await connector.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        return SocketConnection.Create(socket, options);
    }
}
