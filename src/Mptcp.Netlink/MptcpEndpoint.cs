using System.Net;

namespace Mptcp.Netlink;

/// <summary>An address of this host that the kernel's path manager knows (<c>ip mptcp endpoint</c>), or is to know.</summary>
/// <param name="Address">The address. An IPv4 one that is mapped into IPv6 counts as the IPv4 one.</param>
/// <param name="Flags">What the kernel does with it.</param>
public sealed record MptcpEndpoint(IPAddress Address, MptcpEndpointFlags Flags)
{
    /// <summary>
    /// The port to announce, with <see cref="MptcpEndpointFlags.Signal"/> only; something should listen there. Default 0: that of the connection.
    /// </summary>
    public int Port { get; init; }

    /// <summary>1 to 255, by which peers call the address, too. Default 0 where an endpoint is to be added: the kernel chooses.</summary>
    public byte Id { get; init; }

    /// <summary>
    /// The number of the network interface that its subflows are bound to. Default 0: none, the routing table decides. Two paths need either this or rules for
    /// their source addresses.
    /// </summary>
    public int InterfaceIndex { get; init; }

    /// <summary>
    /// The name of that interface. Where an endpoint is to be added, either of the two is enough; of the kernel's, null if there is none, or none any more.
    /// </summary>
    public string? InterfaceName { get; init; }
}
