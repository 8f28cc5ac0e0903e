namespace Mptcp.Netlink;

/// <summary>The options of <see cref="MptcpProbe"/>.</summary>
public sealed class MptcpProbeOptions
{
    /// <summary>
    /// Gets or sets the time limit of a handshake, greater than 0 and at most 2.5 s, which is the default. The kernel repeats a lost SYN
    /// after 1 s, and gives up MPTCP for all connections after 3 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Gets the selection of interfaces to probe. The default is all interfaces that carry paths.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();
}
