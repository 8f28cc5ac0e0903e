using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>Accepts connections until it is unbound.</summary>
sealed partial class Listener(Socket socket, SocketConnectionOptions options, ILogger logger) : IConnectionListener
{
    /// <summary>
    /// The pause after an accept that failed. Orleans would stop listening for good, and without a pause, a process without free
    /// descriptors would spin.
    /// </summary>
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        bool hasFailed = false; // since the last connection
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
            catch (SocketException e)
            {
                if (!hasFailed)
                    LogFailure(logger, EndPoint, e);

                hasFailed = true;
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

    [LoggerMessage(1, LogLevel.Warning, "Cannot accept a connection on {EndPoint}. The silo tries again until it can.")]
    static partial void LogFailure(ILogger logger, EndPoint endPoint, Exception error);
}
