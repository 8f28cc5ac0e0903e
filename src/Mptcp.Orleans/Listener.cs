using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mptcp.Sockets;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>Accepts connections until it is unbound.</summary>
sealed class Listener(Socket socket, SocketConnectionOptions options) : IConnectionListener
{
    /// <summary>The pause after an accept that failed. Orleans would stop listening for good, and without a pause, a process without free descriptors would spin.</summary>
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                MptcpTelemetry.RecordAccepted(accepted);
                return SocketConnection.Create(accepted, options);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null; // unbound
            }
            catch (SocketException)
            {
                await Task.Delay(s_pause, cancellationToken).ConfigureAwait(false); // the client has gone, or the system has no room
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
