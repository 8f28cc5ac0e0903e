using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>A link as it will be: checked, with addresses.</summary>
/// <param name="Number">From 1, in the order of the topology.</param>
/// <param name="Name">Of the link, and of its device at each end.</param>
/// <param name="FirstHost">Has the first address of each network.</param>
/// <param name="SecondHost">Has the second.</param>
/// <param name="MegabitsPerSecond">Null for no limit.</param>
/// <param name="IPv4Network">Its addresses.</param>
/// <param name="IPv6Network">Its addresses.</param>
sealed record LinkPlan(
    int Number, string Name, string FirstHost, string SecondHost, double? MegabitsPerSecond, IPNetwork IPv4Network, IPNetwork IPv6Network)
{
    internal IPNetwork NetworkOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPv6Network : IPv4Network;

    internal IPAddress AddressOf(string host, AddressFamily family)
    {
        byte[] address = NetworkOf(family).BaseAddress.GetAddressBytes();
        address[^1] += (byte)(host == FirstHost ? 1 : 2); // the last two bits of a network's base address are zero
        return new IPAddress(address);
    }

    internal string PeerOf(string host) => host == FirstHost ? SecondHost : FirstHost;
}
