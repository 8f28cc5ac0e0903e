namespace Mptcp.Netlink.Routing;

/// <summary>The kind of a change of the host's interfaces, addresses, routes and rules.</summary>
enum HostChange
{
    /// <summary>No change.</summary>
    None = 0,

    /// <summary>A change that can wait until it has settled.</summary>
    Some = 1,

    /// <summary>Paths are gone, and the connections that use them wait.</summary>
    Loss = 2,
}
