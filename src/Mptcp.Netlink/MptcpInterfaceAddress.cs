using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Mptcp.Netlink.Routing;

namespace Mptcp.Netlink;

/// <summary>An address of a <see cref="MptcpInterface"/>, at one moment.</summary>
/// <param name="Address">The address.</param>
/// <param name="IsReady">
/// Whether further paths can begin here now: the address <see cref="CarriesPaths"/>, the interface is up and has a carrier, and the address is neither being checked for
/// duplicates (tentative) nor about to go (deprecated). Existing paths may outlive that.
/// </param>
public sealed record MptcpInterfaceAddress(IPAddress Address, bool IsReady)
{
    /// <summary>
    /// Whether further paths may begin here at all. <see langword="false"/> for an address of the link or host only, for a temporary IPv6 address (RFC 8981), which changes all the
    /// time, for one that another host has, too, and for a unique local one (fc00::/7) of an interface that has a global IPv6 address.
    /// </summary>
    public bool CarriesPaths { get; init; } = true;

    /// <summary>Whether it is a temporary IPv6 address (RFC 8981). Connections begin from these by default, further paths should not.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>How many bits of the address are the network's.</summary>
    public int PrefixLength { get; init; }

    /// <summary>The network that the address is of.</summary>
    [JsonIgnore]
    public IPNetwork Network => RouteMessage.Network(Address, PrefixLength, Address.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>
    /// The default route that a packet takes from this address over this interface, as the kernel finds it with all rules and tables, except those of <see cref="MptcpRoutingMode.Manage"/>; <see langword="null"/> if there is none. Without one, only
    /// hosts on the link, or with routes of their own, can be reached.
    /// </summary>
    public MptcpHostRoute? DefaultRoute { get; init; }

    /// <summary>
    /// The default route that a packet takes from this address if its socket is bound to no interface, such as the answer to a subflow that a peer has opened; <see langword="null"/> if there is
    /// none. It may leave by another interface.
    /// </summary>
    public MptcpHostRoute? ReplyRoute { get; init; }
}
