namespace Mptcp.Netlink;

/// <summary>Options of <see cref="MptcpProbe"/>.</summary>
public sealed class MptcpProbeOptions
{
    /// <summary>
    /// Gets or sets how long a handshake may take. The default is 2.5 seconds: the kernel sends a lost SYN again after 1 second, and gives up MPTCP for all connections after 3.
    /// It is more than 0 and at most 2.5 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Gets the interfaces that are probed. The default is all that carry paths.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();
}
