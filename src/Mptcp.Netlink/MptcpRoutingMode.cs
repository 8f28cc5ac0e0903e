namespace Mptcp.Netlink;

/// <summary>Says what <c>AddMptcpEndpoints</c> does so that packets of an endpoint leave over its interface.</summary>
public enum MptcpRoutingMode
{
    /// <summary>Nothing.</summary>
    Off = 0,

    /// <summary>
    /// Logs a warning if answers from an announced address leave over another interface, or if a reverse path filter is strict. Changes
    /// nothing. This is the default.
    /// </summary>
    Check = 1,

    /// <summary>
    /// Keeps a routing table with a default route and rules for each endpoint of the service. Servers with
    /// <see cref="MptcpEndpointFlags.Signal"/> need it, unless the host already has such rules: the kernel selects the route of an answer
    /// by its source address.
    /// </summary>
    Manage = 2,
}
