using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>Listens for silos, or for clients: Orleans has a factory for each.</summary>
sealed class ListenerFactory(MptcpMode mode, SocketConnectionOptions options, ILogger logger) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return new(new Listener(MptcpSocket.Listen(endpoint, new MptcpListenOptions { Mode = mode }), options, logger));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException($"The silo cannot listen on {endpoint}: another program listens there. Choose another port in EndpointOptions.", e);
        }
    }
}
