using System.Net.Sockets;
using Mptcp.Sockets;

namespace SystemdActivation;

/// <summary>Sends back what it receives, on each socket named <c>echo</c> that systemd passed to this process.</summary>
sealed partial class EchoServer(ILoggerFactory loggerFactory, ILogger<EchoServer> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<MptcpActivatedSocket> sockets = MptcpSocketActivation.TakeListenSockets("echo", loggerFactory: loggerFactory);
        if (sockets.Count == 0)
            NothingToListenOn();

        return Task.WhenAll(sockets.Select(activated => ServeAsync(activated.Socket, stoppingToken)));
    }

    async Task ServeAsync(Socket listener, CancellationToken stoppingToken)
    {
        using (listener)
        {
            List<Task> connections = [];
            try
            {
                while (true)
                {
                    Socket client = await listener.AcceptAsync(stoppingToken);
                    connections.RemoveAll(connection => connection.IsCompleted);
                    connections.Add(EchoAsync(client, stoppingToken));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(connections);
            }
        }
    }

    async Task EchoAsync(Socket client, CancellationToken stoppingToken)
    {
        using (client)
        {
            Accepted(client.GetMptcpState());
            byte[] buffer = new byte[16 * 1024];
            try
            {
                while (await client.ReceiveAsync(buffer, stoppingToken) is var count and > 0)
                {
                    for (int sent = 0; sent < count;)
                        sent += await client.SendAsync(buffer.AsMemory(sent, count - sent), stoppingToken);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                Ended(e.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "systemd passed no socket named 'echo', so the echo server does not run. Start mptcp-demo-echo.socket instead of this program.")]
    partial void NothingToListenOn();

    [LoggerMessage(2, LogLevel.Information, "Echoing over {State}.")]
    partial void Accepted(MptcpState state);

    [LoggerMessage(3, LogLevel.Debug, "A connection ended: {Reason}")]
    partial void Ended(string reason);
}
