using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Mptcp.Netlink.Routing;

namespace Mptcp.Netlink;

/// <summary>An address of an <see cref="MptcpInterface"/> at one moment.</summary>
/// <param name="Address">The address.</param>
/// <param name="IsReady">
/// <see langword="true"/> if further paths can begin from the address now: it <see cref="CarriesPaths"/>, its interface is up and has a
/// carrier, and the address is neither tentative (checked for duplicates) nor deprecated (about to expire). Existing paths may continue
/// without that.
/// </param>
public sealed record MptcpInterfaceAddress(IPAddress Address, bool IsReady)
{
    /// <summary>
    /// Gets whether further paths may begin from the address at all. <see langword="false"/> for a link-local or host-local address, for a
    /// temporary IPv6 address (RFC 8981), for a duplicate, and for a unique local address (fc00::/7) if the interface has a global IPv6
    /// address.
    /// </summary>
    public bool CarriesPaths { get; init; } = true;

    /// <summary>
    /// Gets whether the address is a temporary IPv6 address (RFC 8981). Connections begin from these by default; further paths should not.
    /// </summary>
    public bool IsTemporary { get; init; }

    /// <summary>Gets the length of the network's prefix, in bits.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Gets the network of the address.</summary>
    [JsonIgnore]
    public IPNetwork Network => RouteMessage.Network(Address, PrefixLength, Address.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>
    /// The default route that a packet takes from this address over this interface, as the kernel finds it with all rules and tables,
    /// except those of <see cref="MptcpRoutingMode.Manage"/>; <see langword="null"/> if there is none. Without one, only hosts on the link,
    /// or with routes of their own, can be reached.
    /// </summary>
    public MptcpHostRoute? DefaultRoute { get; init; }

    /// <summary>
    /// The default route that a packet takes from this address if its socket is bound to no interface, such as the answer to a subflow that
    /// a peer has opened; <see langword="null"/> if there is none. It may leave by another interface.
    /// </summary>
    public MptcpHostRoute? ReplyRoute { get; init; }
}
