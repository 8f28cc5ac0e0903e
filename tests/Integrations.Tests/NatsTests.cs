using System.Net.Sockets;
using NATS.Client.Core;

namespace Integrations.Tests;

public class NatsTests
{
    /// <summary>Debian built nats-server with a version of Go that does not listen with MPTCP, so the connection falls back.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_offers_MPTCP_and_reconnects_after_a_restart_of_the_server()
    {
        Needs.Mptcp();
        await using ServerProgram server = await ServerProgram.StartAsync(at => [Needs.Program("nats-server", "nats-server"), "-a", $"{at.Address}", "-p", $"{at.Port}"]);
        await using var client = new NatsConnection(NatsOpts.Default with { Url = $"nats://{server.EndPoint}", SocketConnectionFactory = new MptcpConnectionFactory() });
        await PingAsync(client);

        await server.StopAsync();
        await server.StartAsync();

        await PingAsync(client);
    }

    internal static void OfThePage()
    {
        var options = NatsOpts.Default with { SocketConnectionFactory = new MptcpConnectionFactory() };

        _ = options;
    }

    static async Task PingAsync(NatsConnection client)
    {
        using var timeout = new CancellationTokenSource(Limit.OfAWait);
        await using INatsSub<string> subscription = await client.SubscribeCoreAsync<string>("topic", cancellationToken: timeout.Token);
        await client.PingAsync(timeout.Token);
        await client.PublishAsync("topic", "hello", cancellationToken: timeout.Token);

        (await subscription.Msgs.ReadAsync(timeout.Token)).Data.Should().Be("hello");
    }

    sealed class MptcpConnectionFactory : INatsSocketConnectionFactory
    {
        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
            new MptcpConnection(await MptcpSocket.ConnectAsync(uri.Host, uri.Port, new MptcpConnectOptions { NoDelay = true }, cancellationToken));
    }

    // NATS upgrades a connection with this interface to TLS itself.
    sealed class MptcpConnection(Socket socket) : INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket => socket;

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }
}
