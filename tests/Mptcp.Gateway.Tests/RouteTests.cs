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

    [Theory]
    [InlineData("*.example.com:443", "a.example.com", null, 443, true)]
    [InlineData("*.example.com", "A.B.EXAMPLE.COM.", null, 1, true)]
    [InlineData("*.example.com", "example.com", null, 1, false)]
    [InlineData("*.example.com", "notexample.com", null, 1, false)]
    [InlineData("example.com:80-90", "example.com", null, 91, false)]
    [InlineData("*:25", "anything", "192.0.2.1", 25, true)]
    [InlineData("*:25", null, "192.0.2.1", 26, false)]
    [InlineData("10.0.0.0/8", "x", "10.1.2.3", 1, true)]
    [InlineData("10.0.0.0/8:22", null, "10.1.2.3", 23, false)]
    [InlineData("10.0.0.1", null, "10.0.0.1", 9, true)]
    [InlineData("2001:db8::/32", null, "2001:db8::1", 9, true)]
    [InlineData("[2001:db8::]/32:443", null, "2001:db8::1", 443, true)]
    [InlineData("[2001:db8::]/32:443", null, "2001:db8::1", 80, false)]
    [InlineData("[::1]:22", null, "::1", 22, true)]
    [InlineData("::1", null, "::1", 22, true)]
    public void A_rule_matches_names_addresses_and_ports(string rule, string? name, string? address, int port, bool matches)
    {
        DestinationRule.Parse(rule).Matches(name, address is null ? null : IPAddress.Parse(address), port).Should().Be(matches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.1:http")]
    [InlineData("*.*.com")]
    [InlineData("10.0.1/24")]
    public void A_rule_that_is_malformed_is_refused(string rule) => FluentActions.Invoking(() => DestinationRule.Parse(rule)).Should().Throw<FormatException>();

    [Fact]
    public void A_setting_that_has_no_effect_or_makes_no_sense_is_an_error()
    {
        Errors(new MptcpGatewayRouteOptions { Listen = ":80", Connect = "host:80", Allow = { "*" }, Users = { ["ann"] = "pw" } }).Should().BeEquivalentTo(
            "Routes:web:Allow: it has no effect in the mode Forward.", "Routes:web:Users: it has no effect in the mode Forward.");
        Errors(new MptcpGatewayRouteOptions { Mode = MptcpGatewayMode.Proxy, Listen = ":80", Connect = "host:80", Users = { ["a:b"] = "" }, Deny = { "?" } }).Should().BeEquivalentTo(
            "Routes:web:Connect: remove it: in the mode Proxy, each client has its own destination.",
            "Routes:web:Users: each user needs a name without a colon, and a password.",
            "Routes:web:Deny: '?' is not a destination. Write it like *.example.com:443, 10.0.0.0/8 or [::1]:22.");
        Errors(new MptcpGatewayRouteOptions { Mode = MptcpGatewayMode.Tproxy, Listen = "mptcp@:80", HealthInterval = TimeSpan.FromSeconds(1) }).Should().BeEquivalentTo(
            "Routes:web:Listen: the mode Tproxy needs tcp@: the kernel does not report the original destination of an MPTCP connection.",
            "Routes:web:HealthInterval: it has no effect in the mode Tproxy.");
        Errors(new MptcpGatewayRouteOptions { Listen = "systemd@", Connect = "tcp@a:1,mptcp@b:1,", AcceptProxyProtocolFrom = { "host" } }).Should().BeEquivalentTo(
            "Routes:web:Listen: systemd@ needs the FileDescriptorName= of a socket unit.",
            "Routes:web:Connect: it is missing. Write an address such as mptcp@127.0.0.1:8080.",
            "Routes:web:AcceptProxyProtocolFrom: 'host' is neither an address nor a network. Write it like 10.0.0.1 or 10.0.0.0/8.");
        Errors(new MptcpGatewayRouteOptions { Listen = ":80", Connect = "tcp@a:1,mptcp@b:1" }).Should().BeEquivalentTo("Routes:web:Connect: its addresses mix tcp@ and mptcp@. Use the same protocol for all.");
    }

    static List<string> Errors(MptcpGatewayRouteOptions options)
    {
        List<string> errors = [];
        Route.TryCreate("web", options, "Routes:web", errors).Should().BeNull();
        return errors;
    }

    static string[] Ways(string listen, string connect) =>
        [.. Create(new MptcpGatewayRouteOptions { Listen = listen, Connect = connect }).Ways.Select(way => $"{way.Listen.EndPoint} {(IPEndPoint)way.Connect.Single()}")];

    static Route Create(MptcpGatewayRouteOptions options)
    {
        List<string> errors = [];
        Route? route = Route.TryCreate("web", options, "Routes:web", errors);
        errors.Should().BeEmpty();
        return route!;
    }
}
