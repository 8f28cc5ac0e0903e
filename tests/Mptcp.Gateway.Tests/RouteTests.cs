using System.Net;
using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Tests;

public class RouteTests
{
    [Fact]
    public void Port_ranges_map_one_to_one()
    {
        Ways("mptcp@127.0.0.1:8000-8002", "tcp@10.0.0.1:9000-9002").Should().Equal(
            "127.0.0.1:8000 10.0.0.1:9000", "127.0.0.1:8001 10.0.0.1:9001", "127.0.0.1:8002 10.0.0.1:9002");
    }

    [Fact]
    public void A_single_port_is_the_target_of_all_ports()
    {
        Ways("mptcp@127.0.0.1:8000-8001", "tcp@10.0.0.1:80").Should().Equal("127.0.0.1:8000 10.0.0.1:80", "127.0.0.1:8001 10.0.0.1:80");
    }

    [Theory]
    [InlineData("[::]:80", true)]
    [InlineData("mptcp@[::]:80", true)]
    [InlineData("mptcp6@[::]:80", false)]
    [InlineData("mptcp6@*:80", false)]
    [InlineData("mptcp@[::1]:80", false)]
    [InlineData("mptcp@*:80", false)]
    public void Any_address_means_both_families_unless_one_is_given(string listen, bool dualMode)
    {
        Create(new MptcpGatewayRouteOptions { Listen = listen, Connect = "localhost:80" }).Ways.Single().Listen.DualMode.Should().Be(dualMode);
    }

    [Theory]
    [InlineData("mptcp@:80", null, MptcpMode.Preferred)]
    [InlineData("mptcp@:80", MptcpMode.Required, MptcpMode.Required)]
    [InlineData(":80", null, MptcpMode.Disabled)]
    [InlineData("tcp@:80", MptcpMode.Disabled, MptcpMode.Disabled)]
    public void The_prefix_means_a_mode_unless_one_is_given(string listen, MptcpMode? given, MptcpMode expected)
    {
        Create(new MptcpGatewayRouteOptions { Listen = listen, ListenMode = given, Connect = "localhost:80" }).Ways.Single().Listen.Mode.Should().Be(expected);
    }

    static string[] Ways(string listen, string connect) =>
        [.. Create(new MptcpGatewayRouteOptions { Listen = listen, Connect = connect }).Ways.Select(way => $"{way.Listen.EndPoint} {(IPEndPoint)way.Connect}")];

    static Route Create(MptcpGatewayRouteOptions options)
    {
        List<string> errors = [];
        Route? route = Route.TryCreate("web", options, "Routes:web", errors);
        errors.Should().BeEmpty();
        return route!;
    }
}
