using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Connections;

/// <summary>
/// Connects with MPTCP, and hands the socket to Kestrel's transport, which provides the pipes, the memory pool and the shutdown.
/// </summary>
sealed class MptcpConnectionFactory(MptcpConnectOptions options, ILoggerFactory loggerFactory) : IConnectionFactory, IDisposable
{
    readonly MptcpConnector _connector = new(options);
    readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions(), loggerFactory.CreateLogger(Log.Category));

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = await _connector.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        try
        {
            return _contexts.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _contexts.Dispose();
}
