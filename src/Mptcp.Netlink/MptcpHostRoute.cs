using System.Net;
using System.Text.Json.Serialization;

namespace Mptcp.Netlink;

/// <summary>A route of the host to one next hop (<c>ip route</c>). A route with several next hops is several of these.</summary>
/// <param name="Destination">The addresses that it leads to; 0.0.0.0/0 and ::/0 are default routes.</param>
/// <param name="InterfaceIndex">The number of the network interface that packets leave by; 0 if they leave by none, such as of an unreachable route.</param>
public sealed record MptcpHostRoute(IPNetwork Destination, int InterfaceIndex)
{
    /// <summary>The next router; <see langword="null"/> if the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The address that packets leave from where the program has chosen none; <see langword="null"/> if the route does not say.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The metric. Of two routes with the same destination in a table, the lower one wins.</summary>
    public long Metric { get; init; }

    /// <summary>The number of the routing table: 254 is <c>main</c>.</summary>
    public long Table { get; init; }

    /// <summary>The number of the program that has added the route: <c>RTPROT_*</c> of linux/rtnetlink.h, such as 2 for the kernel and 16 for DHCP.</summary>
    public byte Protocol { get; init; }

    /// <summary>What the route does: <c>RTN_*</c> of linux/rtnetlink.h, such as 1 for an ordinary (unicast) route and 7 for an unreachable destination.</summary>
    public byte Kind { get; init; }

    /// <summary>Whether the route leads everywhere that no other route leads.</summary>
    [JsonIgnore]
    public bool IsDefault => Destination.PrefixLength == 0;
}
