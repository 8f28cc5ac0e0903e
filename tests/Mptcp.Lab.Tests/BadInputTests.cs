using System.Net;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Input that is refused before anything is created.</summary>
public class BadInputTests
{
    static Action<LabNetwork> Link(string name, LabLinkOptions? options = null) => network => network.Connect(name, options);

    static LabLinkOptions Networks(string? four = null, string? six = null) => new()
    {
        IPv4Network = four is null ? null : IPNetwork.Parse(four),
        IPv6Network = six is null ? null : IPNetwork.Parse(six),
    };

    static Action<LabNetwork> Links(LabLinkOptions? first, LabLinkOptions? second) => network =>
    {
        network.Connect("wifi", first);
        network.Connect("dsl", second);
    };

    public static TheoryData<string, Action<LabNetwork>, string> Cases => new()
    {
        { "two hosts of one name", network => network.AddHost("server"), "*already a host 'server'*" },
        { "a host without a name", network => network.AddHost(null!), "*name*" },
        { "a host with an empty name", network => network.AddHost(""), "*'' is not a valid name*" },
        { "a host with a long name", network => network.AddHost("sixteen-letters-"), "*'sixteen-letters-' is not a valid name*15*" },
        { "a host that looks like an option", network => network.AddHost("-x"), "*'-x' is not a valid name*" },
        { "a host with a space", network => network.AddHost("my server"), "*'my server' is not a valid name*" },
        { "a link without a name", Link(null!), "*name*" },
        { "a link with an empty name", Link(""), "*'' is not a valid name*" },
        { "a link with a long name", Link("sixteen-letters-"), "*'sixteen-letters-' is not a valid name*15*" },
        { "a link that looks like an option", Link("-x"), "*'-x' is not a valid name*" },
        { "a link with a newline", Link("wi\nfi"), "*is not a valid name*" },
        { "a link with a slash", Link("wi/fi"), "*'wi/fi' is not a valid name*" },
        { "the loopback", Link("lo"), "*'lo'*" },
        { "all", Link("all"), "*'all'*" },
        { "default", Link("default"), "*'default'*" },
        { "two links of one name", network => { network.Connect("wifi"); network.Connect("wifi"); }, "*already a link 'wifi'*" },
        { "no first host", network => network.AddLink("wifi", null!, network.Server()), "*first*" },
        { "no second host", network => network.AddLink("wifi", network.Client(), null!), "*second*" },
        { "a link to itself", network => network.AddLink("wifi", network.Client(), network.Client()), "*'wifi'*'client'*itself*" },
        { "one IPv4 network twice", Links(Networks("10.9.0.0/24"), Networks("10.9.0.0/24")), "*'dsl', 10.9.0.0/24*'wifi', 10.9.0.0/24*" },
        { "an IPv4 network in another", Links(Networks("10.9.0.0/16"), Networks("10.9.3.0/30")), "*'dsl', 10.9.3.0/30*'wifi', 10.9.0.0/16*" },
        { "an IPv4 network around another", Links(Networks("10.9.3.0/30"), Networks("10.9.0.0/16")), "*'dsl', 10.9.0.0/16*'wifi', 10.9.3.0/30*" },
        { "an IPv4 network around an automatic one", Links(null, Networks("10.0.0.0/8")), "*'dsl', 10.0.0.0/8*'wifi', 10.0.1.0/24*" },
        { "an automatic IPv4 network in another", Links(Networks("10.0.2.0/30"), null), "*'dsl', 10.0.2.0/24*'wifi', 10.0.2.0/30*" },
        { "one IPv6 network twice", Links(Networks(six: "fd01::/64"), Networks(six: "fd01::/64")), "*'dsl', fd01::/64*'wifi', fd01::/64*" },
        { "an IPv6 network around an automatic one", Links(null, Networks(six: "fd00::/16")), "*'dsl', fd00::/16*'wifi', fd00:0:0:1::/64*" },
        { "IPv6 for IPv4", Link("wifi", Networks(four: "fd01::/64")), "*'wifi'*fd01::/64*InterNetwork*" },
        { "IPv4 for IPv6", Link("wifi", Networks(six: "10.9.0.0/24")), "*'wifi'*10.9.0.0/24*InterNetworkV6*" },
        { "an IPv4 network for one", Link("wifi", Networks("10.9.0.0/31")), "*'wifi'*10.9.0.0/31*30*" },
        { "an IPv6 network for one", Link("wifi", Networks(six: "fd01::/127")), "*'wifi'*fd01::/127*126*" },
        { "loopback", Link("wifi", Networks("127.1.0.0/24")), "*'wifi'*127.1.0.0/24*127.0.0.0/8*" },
        { "all of IPv4", Link("wifi", Networks("0.0.0.0/0")), "*'wifi'*0.0.0.0/0*0.0.0.0/8*" },
        { "IPv4 multicast", Link("wifi", Networks("239.0.0.0/24")), "*'wifi'*239.0.0.0/24*" },
        { "broadcast", Link("wifi", Networks("255.255.255.0/24")), "*'wifi'*255.255.255.0/24*" },
        { "IPv6 loopback", Link("wifi", Networks(six: "::/126")), "*'wifi'*::/126*" },
        { "IPv4 in IPv6", Link("wifi", Networks(six: "::ffff:10.0.0.0/120")), "*'wifi'*::ffff:10.0.0.0/120*" },
        { "link-local", Link("wifi", Networks(six: "fe80::/64")), "*'wifi'*fe80::/64*fe80::/10*" },
        { "IPv6 multicast", Link("wifi", Networks(six: "ff05::/64")), "*'wifi'*ff05::/64*ff00::/8*" },
        { "no rate", Link("wifi", new() { MegabitsPerSecond = 0 }), "*'wifi'*" },
        { "a negative rate", Link("wifi", new() { MegabitsPerSecond = -1 }), "*'wifi'*" },
        { "a rate that is not a number", Link("wifi", new() { MegabitsPerSecond = double.NaN }), "*'wifi'*" },
        { "an infinite rate", Link("wifi", new() { MegabitsPerSecond = double.PositiveInfinity }), "*'wifi'*" },
        { "too slow a rate", Link("wifi", new() { MegabitsPerSecond = 0.001 }), "*'wifi'*" },
        { "too fast a rate", Link("wifi", new() { MegabitsPerSecond = 100_000 }), "*'wifi'*" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bad_input_is_refused_and_named(string what, Action<LabNetwork> action, string message)
    {
        using LabNetwork network = Labs.TwoHosts();

        network.Invoking(action).Should().Throw<ArgumentException>(what).WithMessage(message);
    }

    [Fact]
    public void A_host_of_another_network_is_refused_and_named()
    {
        using LabNetwork network = Labs.TwoHosts(), other = Labs.TwoHosts();

        FluentActions.Invoking(() => network.AddLink("wifi", other.Client(), network.Server()))
            .Should().Throw<ArgumentException>().WithMessage("*'wifi'*'client'*another network*").WithParameterName("first");
    }

    [Fact]
    public void A_refused_host_or_link_is_not_kept()
    {
        using LabNetwork network = Labs.TwoHosts();
        FluentActions.Invoking(() => network.Connect("wifi", Networks("10.9.0.0/31"))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => network.AddHost("client")).Should().Throw<ArgumentException>();

        LabLink wifi = network.Connect("wifi", Networks("10.9.0.0/30"));

        network.Links.Should().Equal(wifi);
        network.Hosts.Should().HaveCount(2);
        wifi.GetAddress(network.Server()).Should().Be(IPAddress.Parse("10.9.0.2"));
    }
}
