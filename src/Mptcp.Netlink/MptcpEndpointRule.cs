using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>Overrides settings of <see cref="MptcpEndpointsOptions"/> for some interfaces.</summary>
public sealed class MptcpEndpointRule
{
    /// <summary>
    /// Gets or sets the pattern for the names of the interfaces: <c>*</c> stands for any characters and <c>?</c> for one. The first rule
    /// that matches a name applies. Required.
    /// </summary>
    public string Match { get; set; } = "";

    /// <summary>
    /// Gets or sets the flags of the endpoints. The default is <see langword="null"/>: those of <see cref="MptcpEndpointsOptions.Flags"/>.
    /// </summary>
    public MptcpEndpointFlags? Flags { get; set; }

    /// <summary>
    /// Gets or sets whether the interface is metered. The default is <see langword="null"/>: <see cref="MptcpInterfaceSelection.Metered"/>
    /// decides.
    /// </summary>
    public bool? Metered { get; set; }

    /// <summary>Gets or sets the address family that is used. The default is <see langword="null"/>: both families.</summary>
    public AddressFamily? Family { get; set; }

    /// <summary>
    /// Gets or sets the priority if the kernel does not have room for all interfaces: lower numbers first. The default is 0. Metered
    /// interfaces always come last.
    /// </summary>
    public int Priority { get; set; }
}
