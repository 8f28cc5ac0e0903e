using System.Net;

namespace Mptcp.Netlink;

/// <summary>An endpoint of the kernel's path manager: an address of this host for MPTCP (<c>ip mptcp endpoint</c>).</summary>
/// <param name="Address">The address. An IPv4-mapped IPv6 address counts as the IPv4 address.</param>
/// <param name="Flags">The flags. They say what the kernel does with the address.</param>
public sealed record MptcpEndpoint(IPAddress Address, MptcpEndpointFlags Flags)
{
    /// <summary>
    /// Gets the port to announce, with <see cref="MptcpEndpointFlags.Signal"/> only; a program should listen on it. The default is 0: the
    /// port of the connection.
    /// </summary>
    public int Port { get; init; }

    /// <summary>
    /// Gets the id, from 1 to 255. Peers use it for the address, too. If you add an endpoint, the default 0 lets the kernel choose.
    /// </summary>
    public byte Id { get; init; }

    /// <summary>
    /// Gets the index of the network interface to which the subflows of the endpoint are bound. The default is 0: the routing table
    /// decides. For two paths, either this or rules for their source addresses are necessary.
    /// </summary>
    public int InterfaceIndex { get; init; }

    /// <summary>
    /// Gets the name of that interface. If you add an endpoint, the name or the index is enough. In an endpoint of the kernel,
    /// <see langword="null"/> if there is no interface, or no longer.
    /// </summary>
    public string? InterfaceName { get; init; }
}
