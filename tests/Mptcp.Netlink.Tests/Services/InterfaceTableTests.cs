using System.Net;
using Mptcp.Netlink.Routing;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Interfaces and addresses that carry paths, without a kernel. The flags are those of linux/if.h and linux/if_addr.h.</summary>
public class InterfaceTableTests
{
    const uint Up = 1, Loopback = 8, Running = 0x40 | 0x10000;
    const uint Temporary = 1, DuplicateFound = 8, Deprecated = 0x20, Tentative = 0x40;
    const byte Global = 0, Link = 253, Host = 254;

    [Theory]
    [InlineData(Up | Running, "10.0.0.1", 0, Global, "10.0.0.1")]
    [InlineData(Up, "10.0.0.1", 0, Global, "10.0.0.1 later")]
    [InlineData(0, "10.0.0.1", 0, Global, "10.0.0.1 later")]
    [InlineData(Up | Running | Loopback, "127.0.0.1", 0, Host, "")]
    [InlineData(Up | Running, "10.0.0.1", Temporary, Global, "10.0.0.1")] // for IPv4, the flag has another meaning
    [InlineData(Up | Running, "169.254.1.1", 0, Global, "")]
    [InlineData(Up | Running, "fe80::1", 0, Link, "")]
    [InlineData(Up | Running, "2001:db8::1", 0, Global, "2001:db8::1")]
    [InlineData(Up | Running, "2001:db8::1", Temporary, Global, "")]
    [InlineData(Up | Running, "2001:db8::1", DuplicateFound, Global, "")]
    [InlineData(Up | Running, "2001:db8::1", Tentative, Global, "2001:db8::1 later")]
    [InlineData(Up | Running, "2001:db8::1", Deprecated, Global, "2001:db8::1 later")]
    [InlineData(Up | Running, "fd00::1", 0, Global, "fd00::1")]
    public void An_address_carries_paths_now_later_or_never(uint linkFlags, string address, uint addressFlags, byte scope, string expected) =>
        Addresses(new LinkMessage(2, "eth0", linkFlags), new AddressMessage(2, IPAddress.Parse(address), addressFlags, scope)).Should().Be(expected);

    [Fact]
    public void Unique_local_addresses_count_without_global_ones() => Addresses(
        new LinkMessage(2, "eth0", Up | Running),
        new AddressMessage(2, IPAddress.Parse("fd00::1"), 0, Global), new AddressMessage(2, IPAddress.Parse("2001:db8::1"), 0, Global), new AddressMessage(2, IPAddress.Parse("10.0.0.1"), 0, Global))
        .Should().Be("2001:db8::1, 10.0.0.1");

    [Theory]
    [InlineData("", "", "eth0 true, docker0 false, veth12 false, wlan0 true")]
    [InlineData("eth*,docker0", "", "eth0 true, docker0 true, eth1 true, wlan0 false")]
    [InlineData("", "wlan?", "eth0 true, wlan0 false, wlan10 true, WLAN0 true")]
    [InlineData("eth*", "*1", "eth0 true, eth1 false")]
    public void Interfaces_are_selected_by_patterns(string allow, string deny, string expected)
    {
        var selection = new MptcpInterfaceSelection();
        Array.ForEach(allow.Split(',', StringSplitOptions.RemoveEmptyEntries), selection.Allow.Add);
        Array.ForEach(deny.Split(',', StringSplitOptions.RemoveEmptyEntries), selection.Deny.Add);
        foreach (string[] one in expected.Split(", ").Select(one => one.Split(' ')))
            selection.IsAllowed(one[0]).Should().Be(bool.Parse(one[1]), one[0]);
    }

    static string Addresses(LinkMessage link, params AddressMessage[] addresses) => string.Join(
        ", ", InterfaceTable.Build([link], addresses, _ => null).SelectMany(network => network.Addresses).Where(address => address.CarriesPaths).Select(address => $"{address.Address}{(address.IsReady ? "" : " later")}"));
}
