using System.Net;
using Mptcp.Dashboard.Feed;
using Mptcp.Sockets.Relays;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests;

public class RelayStoreTests
{
    static readonly ConnectionView s_client = View(1), s_server = View(2), s_other = View(3);

    readonly RelayStore _store = new();

    [Fact]
    public void A_connection_that_is_relayed_to_another_one_of_the_host_knows_it()
    {
        ConnectionView[] connections = Look(second: 0, Relay("web", s_client.Reading, s_server.Reading));

        connections[0].Relayed.Should().Match<RelayedSide>(side => side.IsClients && side.Other == s_server && side.OtherName == "server");
        connections[1].Relayed.Should().Match<RelayedSide>(side => !side.IsClients && side.Other == s_client && side.OtherName == "client");
        connections[2].Relayed.Should().BeNull();
    }

    [Fact]
    public void The_other_side_over_tcp_is_what_the_gateway_reports()
    {
        RelayedConnection relay = Relay("web", client: null, s_server.Reading);

        RelayedSide side = Look(second: 0, relay)[1].Relayed!;

        (side.Other, side.OtherSide).Should().Be((null, relay.Client));
    }

    [Fact]
    public void Rates_are_those_since_the_last_look()
    {
        Look(second: 0, Relay("web", null, s_server.Reading, toServer: 100, toClient: 1000))[1].Relayed!.ToServerRate.Should().BeNull();

        RelayedSide side = Look(second: 2, Relay("web", null, s_server.Reading, toServer: 300, toClient: 1000))[1].Relayed!;

        (side.ToServerRate, side.ToClientRate).Should().Be((100, 0));
        Look(second: 60, Relay("web", null, s_server.Reading, toServer: 400))[1].Relayed!.ToServerRate.Should().BeNull("nobody watched for long");
        Look(second: 61, Relay("web", null, s_server.Reading, toServer: 10))[1].Relayed!.ToServerRate.Should().BeNull("it is another client with the same port");
    }

    [Fact]
    public void A_side_with_a_link_local_address_is_found()
    {
        ConnectionReading reading = s_client.Reading with { Local = End("fe80::1"), Remote = End("fe80::2") }; // the kernel's list has no interface
        RelayedConnection relay = Relay("web", null, s_server.Reading) with { Client = new RelaySide(End("fe80::1%3"), End("fe80::2%3"), MptcpState.Mptcp) };

        _store.AddTo([s_client with { Reading = reading }], [relay], TimeSpan.Zero)[0].Relayed.Should().NotBeNull();

        static IPEndPoint End(string address) => new(IPAddress.Parse(address), 80);
    }

    [Fact]
    public void A_relay_that_has_ended_leaves_nothing()
    {
        Look(second: 0, Relay("web", s_client.Reading, s_server.Reading, toServer: 100));

        Look(second: 1).Should().OnlyContain(connection => connection.Relayed == null);
        Look(second: 2, Relay("web", s_client.Reading, s_server.Reading, toServer: 100))[0].Relayed!.ToServerRate.Should().BeNull("it is another one");
    }

    [Fact]
    public void Two_relays_with_the_same_ends_for_a_moment_are_no_error()
    {
        RelayedConnection relay = Relay("web", s_client.Reading, s_server.Reading);

        Look(second: 0, relay, relay)[0].Relayed.Should().NotBeNull();
    }

    ConnectionView[] Look(int second, params RelayedConnection[] relays) => _store.AddTo([s_client, s_server, s_other], relays, TimeSpan.FromSeconds(second));

    static ConnectionView View(int number) => new(Connection(number, "wifi"), []);
}
