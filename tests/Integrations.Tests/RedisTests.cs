using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Integrations.Tests;

public class RedisTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_uses_MPTCP_and_reconnects_after_a_restart_of_the_server()
    {
        Needs.Mptcp();
        await using ServerProgram server = await ServerProgram.StartAsync(
            Needs.Program("mptcpize", "mptcpize"), "run", Needs.Program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", "PORT", "--save", "");
        ConcurrentBag<Socket> sockets = [];
        var options = ConfigurationOptions.Parse(server.EndPoint.ToString());
        options.AbortOnConnectFail = false;
        options.Tunnel = new Recording(new MptcpTunnel(), sockets);
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.GetDatabase().StringSetAsync("key", "before");
        (await redis.GetDatabase().StringGetAsync("key")).ToString().Should().Be("before");
        sockets.Should().NotBeEmpty().And.OnlyContain(socket => socket.GetMptcpState() == MptcpState.Mptcp);

        sockets.Clear();
        await server.StopAsync();
        await server.StartAsync();

        await Eventually.TrueAsync(() => IsBackAsync(redis), "the client comes back");
        sockets.Should().NotBeEmpty();
    }

    internal static async Task OfThePage()
    {
        var options = ConfigurationOptions.Parse("redis.example.org");
        options.Tunnel = new MptcpTunnel();
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.DisposeAsync();
    }

    static async Task<bool> IsBackAsync(ConnectionMultiplexer redis)
    {
        try
        {
            return await redis.GetDatabase().StringSetAsync("key", "after");
        }
        catch (RedisException)
        {
            return false;
        }
    }

    sealed class MptcpTunnel : Tunnel
    {
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default; // no socket of its own

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            new NetworkStream(await MptcpSocket.ConnectAsync(endpoint, new MptcpConnectOptions { NoDelay = true }, cancellationToken), ownsSocket: true);
    }

    /// <summary>The tunnel of the page, with access to its sockets.</summary>
    sealed class Recording(Tunnel tunnel, ConcurrentBag<Socket> sockets) : Tunnel
    {
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
            tunnel.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
        {
            Stream? stream = await tunnel.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken);
            sockets.Add(((NetworkStream)stream!).Socket);
            return stream;
        }
    }
}
