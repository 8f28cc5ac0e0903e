using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class BackendTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Round_robin_takes_each_server_in_turn()
    {
        using Socket first = Peers.ListenTcp(), second = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={first.EndPoint()}, {second.EndPoint()}");

        foreach (Socket expected in new[] { first, second, first, second })
        {
            await using RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), expected);
            await pair.ExchangeAsync();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Least_connections_takes_the_server_with_the_fewest()
    {
        using Socket first = Peers.ListenTcp(), second = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={first.EndPoint()},{second.EndPoint()}", "web:Balance=LeastConnections");

        await using RelayedPair a = await RelayedPair.ConnectAsync(gateway.EndPoint(), first), b = await RelayedPair.ConnectAsync(gateway.EndPoint(), second);
        await using RelayedPair c = await RelayedPair.ConnectAsync(gateway.EndPoint(), first);
        await b.DisposeAsync();
        await gateway.LineAsync("after 0 bytes to the server");
        await using RelayedPair d = await RelayedPair.ConnectAsync(gateway.EndPoint(), second);
        await d.ExchangeAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_that_refuses_costs_the_client_nothing_and_the_next_one_is_taken()
    {
        IPEndPoint refusing = Peers.Refusing();
        using Socket second = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={refusing},{second.EndPoint()}", "web:Balance=Failover");

        await using RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), second);
        await pair.ExchangeAsync();

        gateway.Logs.Entries.Should().ContainSingle(entry => entry.Level == LogLevel.Warning).Which.Text.Should().StartWith($"web: cannot connect to {refusing}: ");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_check_takes_a_server_out_and_in_again_and_says_so_once()
    {
        IPEndPoint first = Peers.Refusing();
        using Socket second = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={first},{second.EndPoint()}", "web:Balance=Failover", "web:HealthInterval=00:00:00.1");
        await gateway.LineAsync($"web: {first} does not work: ");

        // The checks of the second server come in between.
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync("x"u8.ToArray());
        using Socket server = await AcceptDataAsync(second);
        using Socket recovered = Peers.ListenTcp(first.Address, first.Port);
        await gateway.LineAsync($"web: {first} works again.");
        using Socket next = await Relayed.ConnectAsync(gateway.EndPoint());
        await next.SendAllAsync("x"u8.ToArray());
        using Socket nextServer = await AcceptDataAsync(recovered);

        gateway.Logs.Entries.Where(entry => entry.Name is "BackendDown" or "BackendUp").Should().HaveCount(2);
        gateway.Logs.Entries.Should().NotContain(entry => entry.Text.Contains("cannot connect"), "no client was sent to a server that does not work");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_route_to_the_gateway_itself_is_refused_at_each_connection()
    {
        IPEndPoint own = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync($"web:Listen={own}", $"web:Connect=localhost:{own.Port}", "other:Listen=127.0.0.1:0", $"other:Connect={own}");

        foreach (string route in new[] { "web", "other" })
        {
            await Resets.ShouldMeetAsync(gateway.EndPoint(route));
            await Eventually.TrueAsync(
                () => gateway.Logs.Entries.Any(entry => entry.Text.StartsWith($"{route}: ", StringComparison.Ordinal) && entry.Text.EndsWith("is this gateway itself.", StringComparison.Ordinal)),
                "the reason is logged");
        }
    }

    /// <summary>Accepts the next connection that sends data. Health checks send none.</summary>
    static async Task<Socket> AcceptDataAsync(Socket listener)
    {
        while (true)
        {
            Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
            if (await server.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait) > 0)
                return server;

            server.Dispose();
        }
    }
}
