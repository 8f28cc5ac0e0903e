using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class ReloadTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reload_adds_changes_and_removes_routes_and_keeps_every_connection()
    {
        using Socket first = Peers.ListenTcp(), second = Peers.ListenTcp();
        IPEndPoint web = Peers.Refusing(), old = Peers.Refusing(), added = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            $"web:Listen={web}", $"web:Connect={first.EndPoint()}", $"old:Listen={old}", $"old:Connect={first.EndPoint()}");
        await using var kept = await RelayedPair.ConnectAsync(web, first);
        await using var orphaned = await RelayedPair.ConnectAsync(old, first);

        gateway.Set($"web:Connect={second.EndPoint()}", "old:Listen", "old:Connect", $"added:Listen={added}", $"added:Connect={second.EndPoint()}");
        gateway.Reload();
        gateway.Reload(); // nothing has changed since

        await kept.ExchangeAsync();
        await orphaned.ExchangeAsync();
        await using (var changed = await RelayedPair.ConnectAsync(web, second))
            await changed.ExchangeAsync();
        await using (var further = await RelayedPair.ConnectAsync(added, second))
            await further.ExchangeAsync();
        await Eventually.TrueAsync(() => Peers.IsRefused(old), "the removed route accepts no more");
        gateway.Logs.Entries.Should().ContainSingle(entry => entry.Text == "The configuration was read again: 2 routes.")
            .And.ContainSingle(entry => entry.Text.StartsWith("web: listening on "), "its socket stays open");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_invalid_configuration_is_reported_and_changes_nothing()
    {
        using Socket server = Peers.ListenTcp();
        IPEndPoint web = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync($"web:Listen={web}", $"web:Connect={server.EndPoint()}");

        gateway.Set("web:BufferSize=many");
        gateway.Reload();
        gateway.Set("web:BufferSize=1");
        gateway.Reload();

        await using var pair = await RelayedPair.ConnectAsync(web, server);
        await pair.ExchangeAsync();
        gateway.Logs.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Text).Should().HaveCount(2)
            .And.AllSatisfy(text => text.Should().StartWith("The new configuration is not used: ").And.Contain("Gateway:Routes:web:BufferSize"));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_address_in_use_is_reported_and_changes_nothing()
    {
        using Socket server = Peers.ListenTcp(), other = Peers.ListenTcp();
        IPEndPoint web = Peers.Refusing(), free = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync($"web:Listen={web}", $"web:Connect={server.EndPoint()}");

        gateway.Set($"a:Listen={free}", "a:Connect=host:1", $"b:Listen={other.EndPoint()}", "b:Connect=host:1", "web:Connect=host:1");
        gateway.Reload();

        await using var pair = await RelayedPair.ConnectAsync(web, server);
        await pair.ExchangeAsync();
        Peers.IsRefused(free).Should().BeTrue("all or nothing");
        gateway.Logs.Entries.Should().ContainSingle(entry => entry.Level == LogLevel.Error).Which.Text.Should().Be(
            $"The new configuration is not used: Gateway:Routes:b:Listen: cannot listen on {other.EndPoint()}: Address already in use");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_outlives_its_route_still_ends_with_the_gateway()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "other:Listen=127.0.0.1:0", "other:Connect=host:1");
        await using var pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), server);
        gateway.Set("web:Listen", "web:Connect");
        gateway.Reload();

        Task stopping = gateway.StopAsync();
        await pair.ExchangeAsync();
        stopping.IsCompleted.Should().BeFalse();
        await pair.DisposeAsync();

        await stopping.WaitAsync(Limit.OfAWait);
    }
}
