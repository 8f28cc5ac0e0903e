namespace Mptcp.Netlink;

/// <summary>What <c>AddMptcpEndpoints</c> does so that packets of an endpoint leave by its interface.</summary>
public enum MptcpRoutingMode
{
    /// <summary>Nothing.</summary>
    Off = 0,

    /// <summary>Logs a warning if answers from an announced address leave by another interface, or if a reverse path filter is strict. Changes nothing. The default.</summary>
    Check = 1,

    /// <summary>
    /// Keeps a routing table with a default route, and rules that lead there, for each endpoint of the service. Servers with <see cref="MptcpEndpointFlags.Signal"/> need it, unless the host has
    /// such rules already: the kernel answers a peer's subflow by source address.
    /// </summary>
    Manage = 2,
}
