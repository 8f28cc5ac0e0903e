using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Gateway.Tests.Support;
using Mptcp.Sockets.Relays;

namespace Mptcp.Gateway.Tests;

/// <summary>The gateway's list of relayed connections, for a dashboard in its process.</summary>
public class RelayListTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_relayed_connection_is_listed_with_both_sides_and_the_bytes_each_way()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=tcp@[::]:0", $"web:Connect=mptcp@{listener.EndPoint()}");
        var endPoint = new IPEndPoint(IPAddress.Loopback, gateway.EndPoint().Port);
        await using RelayedPair pair = await RelayedPair.ConnectAsync(endPoint, listener);
        await pair.ExchangeAsync();
        await pair.Client.SendAllAsync(new byte[50]);
        await pair.Server.ReceiveExactlyAsync(50).WaitAsync(Limit.OfAWait);

        await Eventually.TrueAsync(() => Read(gateway) is [{ ToServer: 150, ToClient: 100 }], "the bytes are counted");

        RelayedConnection relay = Read(gateway)[0];
        relay.Route.Should().Be("web");
        relay.Source.Should().Be(pair.Client.LocalEndPoint);
        relay.Client.Should().Be(new RelaySide(endPoint, (IPEndPoint)pair.Client.LocalEndPoint!, MptcpState.Tcp));
        relay.Server.Should().Be(new RelaySide((IPEndPoint)pair.Server.RemoteEndPoint!, listener.EndPoint(), MptcpState.Mptcp));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_client_is_the_one_of_the_proxy_header()
    {
        using Socket listener = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={listener.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1");
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync("PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\n"u8.ToArray());
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);

        await Eventually.TrueAsync(() => Read(gateway).Count == 1, "it is listed");

        Read(gateway)[0].Source.Should().Be(IPEndPoint.Parse("192.0.2.7:1234"));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_is_listed_until_it_ends_although_its_route_was_removed()
    {
        using Socket listener = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={listener.EndPoint()}");
        RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), listener);
        await pair.ExchangeAsync();

        gateway.Set("web:Listen", "web:Connect", "other:Listen=127.0.0.1:0", $"other:Connect={listener.EndPoint()}");
        gateway.Reload();
        await gateway.LineAsync("other: listening on ");
        await pair.ExchangeAsync();

        Read(gateway).Should().ContainSingle().Which.Route.Should().Be("web");
        await pair.DisposeAsync();
        await Eventually.TrueAsync(() => Read(gateway).Count == 0, "it has ended");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Nothing_stays_in_the_list_while_it_is_read_and_connections_end()
    {
        const int connections = 300;
        using Socket listener = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={listener.EndPoint()}");
        bool isDone = false;
        Task reading = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isDone))
            {
                Read(gateway);
                await Task.Delay(1);
            }
        });

        for (int i = 0; i < connections; i++)
        {
            await using RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), listener);
            if (i % 2 == 0)
                pair.Client.LingerState = new LingerOption(enable: true, seconds: 0); // a reset
        }

        await Eventually.TrueAsync(() => Read(gateway).Count == 0, "all have ended");
        Volatile.Write(ref isDone, true);
        await reading;
    }

    static IReadOnlyList<RelayedConnection> Read(GatewayHost gateway) => gateway.Services.GetRequiredService<IRelayList>().Read();
}
