namespace Mptcp.Netlink;

/// <summary>The options of <c>AddMptcpEndpoints</c>. They say which endpoints the kernel should have.</summary>
public sealed class MptcpEndpointsOptions
{
    /// <summary>Gets the selection of network interfaces.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();

    /// <summary>
    /// Gets or sets the flags of the endpoints. The default is <see cref="MptcpEndpointFlags.Subflow"/>, for a host that connects. On a
    /// server, use <see cref="MptcpEndpointFlags.Signal"/>, which announces the addresses to peers. On metered interfaces,
    /// <see cref="MptcpEndpointFlags.Backup"/> is added.
    /// </summary>
    public MptcpEndpointFlags Flags { get; set; } = MptcpEndpointFlags.Subflow;

    /// <summary>Gets the rules for single interfaces. The default is empty.</summary>
    public IList<MptcpEndpointRule> Rules { get; } = [];

    /// <summary>
    /// Gets or sets whether lost paths are opened again. The default is <see langword="false"/>. The kernel opens a path from each endpoint
    /// once, and never again after a reset or a timeout. If no connection uses an endpoint although some should, the service removes and
    /// adds it: after 5 s, then 10 s, and so on up to 5 min.
    /// </summary>
    public bool Heal { get; set; }

    /// <summary>
    /// Gets or sets whether the kernel's limit of extra subflows is raised to the number of endpoints plus <see cref="AcceptedAddresses"/>.
    /// The default is <see langword="true"/>. With <see cref="MptcpEndpointFlags.Signal"/> and <see cref="MptcpEndpointFlags.FullMesh"/>,
    /// it is raised to the kernel's maximum, because the number of paths depends on the peer. The limit is never lowered.
    /// </summary>
    public bool RaiseLimits { get; set; } = true;

    /// <summary>
    /// Gets or sets how many announced addresses of a peer connections may use, from 0 to the kernel's maximum: 8, or 64 with Linux 7.2 or
    /// later. The default is 0: the kernel's limit does not change, and is 0 unless another program has set it. A peer may announce any
    /// address, and its own limits apply as well. Needs <see cref="RaiseLimits"/>.
    /// </summary>
    public int AcceptedAddresses { get; set; }

    /// <summary>
    /// Gets or sets whether an interface without a default route carries paths, too, for hosts whose peers are on the same networks. The
    /// default is <see langword="false"/>: such an interface reaches only its neighbours, and attempts to open a path over it would fail
    /// for all other peers.
    /// </summary>
    public bool AlsoWithoutDefaultRoute { get; set; }

    /// <summary>
    /// Gets or sets whether the service checks or manages the routes of packets from the endpoints. The default is
    /// <see cref="MptcpRoutingMode.Check"/>.
    /// </summary>
    public MptcpRoutingMode Routing { get; set; } = MptcpRoutingMode.Check;

    /// <summary>
    /// Gets or sets the number of the first of the 55 routing tables that <see cref="MptcpRoutingMode.Manage"/> uses, from 256 to
    /// <see cref="int.MaxValue"/> - 54. The default is 20,000. The endpoint with the id 200 has the first table, the endpoint with the id
    /// 254 the last. No other program may use these tables.
    /// </summary>
    public int FirstRoutingTable { get; set; } = 20_000;

    /// <summary>
    /// Gets or sets whether stopping the host removes the endpoints, with their subflows in all programs, and the routes and rules of
    /// <see cref="MptcpRoutingMode.Manage"/>. The default is <see langword="true"/>.
    /// </summary>
    public bool RemoveOnStop { get; set; } = true;
}
