using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("mptcp@10.0.0.1:443", true, AddressFamily.Unspecified, "10.0.0.1", 443, 443)]
    [InlineData("mptcp4@10.0.0.1:8000-8010", true, AddressFamily.InterNetwork, "10.0.0.1", 8000, 8010)]
    [InlineData("mptcp6@[::]:443", true, AddressFamily.InterNetworkV6, "::", 443, 443)]
    [InlineData("mptcp6@[2001:db8::1]:443", true, AddressFamily.InterNetworkV6, "2001:db8::1", 443, 443)]
    [InlineData("tcp@db.example:5432", false, AddressFamily.Unspecified, "db.example", 5432, 5432)]
    [InlineData("tcp4@localhost:1", false, AddressFamily.InterNetwork, "localhost", 1, 1)]
    [InlineData("tcp6@localhost:65535", false, AddressFamily.InterNetworkV6, "localhost", 65535, 65535)]
    [InlineData("127.0.0.1:80", false, AddressFamily.Unspecified, "127.0.0.1", 80, 80)]
    [InlineData(":80", false, AddressFamily.Unspecified, "", 80, 80)]
    [InlineData("*:80", false, AddressFamily.Unspecified, "", 80, 80)]
    [InlineData("mptcp@:0", true, AddressFamily.Unspecified, "", 0, 0)]
    [InlineData("[::1]:80-80", false, AddressFamily.Unspecified, "::1", 80, 80)]
    internal void Addresses_in_the_form_of_HAProxy_are_parsed(string text, bool isMptcp, AddressFamily family, string host, int first, int last)
    {
        Address.Parse(text).Should().Be(new Address(isMptcp, family, host, new PortRange(first, last)));
    }

    [Theory]
    [InlineData("", "*has no port*")]
    [InlineData("localhost", "'localhost' has no port: write it as localhost:PORT.")]
    [InlineData("[::1]", "'[::1]' has no port*")]
    [InlineData("1080", "'1080' has no host: write it as 127.0.0.1:1080, or as :1080 for every IPv4 address.")]
    [InlineData("mptcp@1080", "'mptcp@1080' has no host: write it as 127.0.0.1:1080*")]
    [InlineData("localhost:", "'' is not a port*")]
    [InlineData("localhost:http", "'http' is not a port. A port is a number from 0 to 65535.")]
    [InlineData("localhost:65536", "'65536' is not a port*")]
    [InlineData("localhost:-1", "'' is not a port*")]
    [InlineData("localhost:1-2-3", "'1-2-3' is neither a port nor a range*")]
    [InlineData("localhost:9-8", "The range 9-8 ends before it begins.")]
    [InlineData("localhost:0-8", "The range 0-8 cannot begin with 0*")]
    [InlineData("udp@localhost:80", "'udp@' must be mptcp@, mptcp4@, mptcp6@, tcp@, tcp4@ or tcp6@.")]
    [InlineData("MPTCP@localhost:80", "'MPTCP@' must be*")]
    [InlineData("@localhost:80", "'@' must be*")]
    [InlineData("tcp@mptcp@localhost:80", "*more than one @.")]
    [InlineData("::1:80", "An IPv6 address must be in brackets: [::1].")]
    [InlineData("[localhost]:80", "'[localhost]' is not an IPv6 address.")]
    [InlineData("[127.0.0.1]:80", "'[127.0.0.1]' is not an IPv6 address.")]
    [InlineData("[:80", "*")]
    [InlineData("mptcp4@[::1]:80", "'::1' is not of the IP version that mptcp4@ demands.")]
    [InlineData("tcp6@127.0.0.1:80", "'127.0.0.1' is not of the IP version that tcp6@ demands.")]
    [InlineData("a b:80", "'a b' is neither a host name nor an address.")]
    public void Invalid_addresses_are_refused_with_the_reason(string text, string complaint)
    {
        FluentActions.Invoking(() => Address.Parse(text)).Should().Throw<FormatException>().WithMessage(complaint);
    }

    [Theory]
    [InlineData("*:80", "0.0.0.0:80")]
    [InlineData("tcp4@:80", "0.0.0.0:80")]
    [InlineData("mptcp6@*:80", "[::]:80")]
    [InlineData("[::]:80", "[::]:80")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    public void An_address_without_a_host_means_all_addresses(string text, string endPoint)
    {
        Address.Parse(text).ToListenEndPoint(80).Should().Be(IPEndPoint.Parse(endPoint));
    }
}
