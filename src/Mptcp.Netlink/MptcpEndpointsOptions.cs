namespace Mptcp.Netlink;

/// <summary>Which endpoints the kernel is to have: see <c>AddMptcpEndpoints</c>.</summary>
public sealed class MptcpEndpointsOptions
{
    /// <summary>On which network interfaces.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();

    /// <summary>
    /// What the kernel does with them. The default is <see cref="MptcpEndpointFlags.Subflow"/>, for a host that connects; <see cref="MptcpEndpointFlags.Signal"/>
    /// announces the addresses to peers, for a server. <see cref="MptcpEndpointFlags.Backup"/> is added for metered interfaces.
    /// </summary>
    public MptcpEndpointFlags Flags { get; set; } = MptcpEndpointFlags.Subflow;

    /// <summary>What is different for some interfaces. The default is empty.</summary>
    public IList<MptcpEndpointRule> Rules { get; } = [];

    /// <summary>
    /// Whether paths that were lost are opened again. The kernel opens one from each endpoint once, and never again after a reset or a timeout. If no connection uses an endpoint although some
    /// should, it is removed and added, after 5 seconds, then 10, and so on up to 5 minutes. The default is <see langword="false"/>.
    /// </summary>
    public bool Heal { get; set; }

    /// <summary>
    /// Whether the kernel's limit of extra subflows is raised as needed: to the number of endpoints and <see cref="AcceptedAddresses"/>; to the kernel's maximum where the number of
    /// paths depends on the peer, with <see cref="MptcpEndpointFlags.Signal"/> and <see cref="MptcpEndpointFlags.FullMesh"/>. It is never lowered. Default true.
    /// </summary>
    public bool RaiseLimits { get; set; } = true;

    /// <summary>
    /// To how many addresses that a peer announces there shall be paths, 0 to the kernel's maximum, which is 8 and from Linux 7.2 on 64: the kernel's limit is raised to it, if <see cref="RaiseLimits"/>. A peer may announce
    /// any address, and its own limits count as well. Default 0: the limit stays as it is, which is 0 where nobody has set it.
    /// </summary>
    public int AcceptedAddresses { get; set; }

    /// <summary>
    /// Whether an interface carries paths also without a default route, for hosts whose peers are on the same networks. The default is <see langword="false"/>: an interface without a default
    /// route reaches nobody but its neighbours, and each connection would look for its peer there in vain.
    /// </summary>
    public bool AlsoWithoutDefaultRoute { get; set; }

    /// <summary>Whether the service checks, or manages, the routes that packets from the endpoints take. The default is <see cref="MptcpRoutingMode.Check"/>.</summary>
    public MptcpRoutingMode Routing { get; set; } = MptcpRoutingMode.Check;

    /// <summary>
    /// The number of the first of the 55 routing tables that <see cref="MptcpRoutingMode.Manage"/> uses: an endpoint with the id 200 has this one, an endpoint with the id 254 has the last. No other
    /// program may use them. From 256 to <see cref="int.MaxValue"/> - 54. The default is 20,000.
    /// </summary>
    public int FirstRoutingTable { get; set; } = 20_000;

    /// <summary>
    /// Whether the endpoints are removed when the host stops, which closes the subflows that use them, those of other programs, too, and with them the routes and rules of <see cref="MptcpRoutingMode.Manage"/>. Default true. Limits stay.
    /// </summary>
    public bool RemoveOnStop { get; set; } = true;
}
