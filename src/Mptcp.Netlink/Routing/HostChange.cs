namespace Mptcp.Netlink.Routing;

/// <summary>What has happened to the host's interfaces, addresses, routes and rules.</summary>
enum HostChange
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Something that can wait until it has settled.</summary>
    Some = 1,

    /// <summary>Paths are gone, and connections that use them wait.</summary>
    Loss = 2,
}
