namespace Mptcp.Netlink;

/// <summary>Options of <see cref="MptcpDoctor"/>.</summary>
public sealed class MptcpDoctorOptions
{
    /// <summary>
    /// Gets the endpoints that the host should have, as <c>AddMptcpEndpoints</c> takes them: which interfaces carry paths, and which of
    /// them are metered.
    /// </summary>
    public MptcpEndpointsOptions Endpoints { get; } = new();

    /// <summary>
    /// Gets or sets a snapshot of the same host that was taken before. Only failures since then are found. The default is
    /// <see langword="null"/>: the kernel's counters begin with the network namespace, so failures that were fixed are found,
    /// too. Findings that rest on counters alone are <see cref="MptcpFindingSeverity.Information"/> then.
    /// </summary>
    public MptcpHostSnapshot? Before { get; set; }

    /// <summary>
    /// Gets or sets the host that is probed, too; an IP address or name. The default is <see langword="null"/>: no peer is probed.
    /// </summary>
    public string? PeerHost { get; set; }

    /// <summary>Gets or sets the port of <see cref="PeerHost"/>. The default is 443.</summary>
    public int PeerPort { get; set; } = 443;

    /// <summary>
    /// Gets or sets the path manager that new connections should use (<c>net.mptcp.path_manager</c>). The default is <c>kernel</c>.
    /// </summary>
    public string PathManager { get; set; } = "kernel";
}
