using System.Net;
using System.Text.Json.Serialization;

namespace Mptcp.Netlink;

/// <summary>A route of the host to one next hop (<c>ip route</c>). A route with several next hops becomes several objects.</summary>
/// <param name="Destination">The destination. 0.0.0.0/0 and ::/0 are default routes.</param>
/// <param name="InterfaceIndex">
/// The index of the network interface over which packets leave; 0 if there is none, as with an unreachable route.
/// </param>
public sealed record MptcpHostRoute(IPNetwork Destination, int InterfaceIndex)
{
    /// <summary>Gets the next router; <see langword="null"/> if the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Gets the source address for programs that chose none; <see langword="null"/> if the route has none.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Gets the metric. Of two routes to the same destination in a table, the one with the lower metric wins.</summary>
    public long Metric { get; init; }

    /// <summary>Gets the number of the routing table. 254 is <c>main</c>.</summary>
    public long Table { get; init; }

    /// <summary>Gets the origin of the route: <c>RTPROT_*</c> of linux/rtnetlink.h, such as 2 for the kernel and 16 for DHCP.</summary>
    public byte Protocol { get; init; }

    /// <summary>
    /// Gets the type of the route: <c>RTN_*</c> of linux/rtnetlink.h, such as 1 for an ordinary (unicast) route and 7 for an unreachable
    /// destination.
    /// </summary>
    public byte Kind { get; init; }

    /// <summary>Gets whether the route is a default route.</summary>
    [JsonIgnore]
    public bool IsDefault => Destination.PrefixLength == 0;
}
