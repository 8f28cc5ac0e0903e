using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>What the endpoints of some interfaces are like, in place of what <see cref="MptcpEndpointsOptions"/> says for all.</summary>
public sealed class MptcpEndpointRule
{
    /// <summary>The pattern of the interfaces' names, in which <c>*</c> stands for any characters and <c>?</c> for one. The first rule that matches a name applies. Required.</summary>
    public string Match { get; set; } = "";

    /// <summary>What the kernel does with the endpoints; <see langword="null"/>, the default, for <see cref="MptcpEndpointsOptions.Flags"/>.</summary>
    public MptcpEndpointFlags? Flags { get; set; }

    /// <summary>Whether the interface costs money by the byte; <see langword="null"/>, the default, for what <see cref="MptcpInterfaceSelection.Metered"/> says.</summary>
    public bool? Metered { get; set; }

    /// <summary>The family of the addresses that are used; <see langword="null"/>, the default, for both.</summary>
    public AddressFamily? Family { get; set; }

    /// <summary>Which interfaces come first where the kernel has not room for all: the lower number. The default is 0. Metered interfaces come after all others.</summary>
    public int Priority { get; set; }
}
