namespace Mptcp.Lab;

/// <summary>Something that a lab uses, and that a machine or user can lack.</summary>
public enum LabFeature
{
    /// <summary>Linux.</summary>
    Linux,

    /// <summary>Network namespaces, which root and the root of a user namespace can make.</summary>
    NetworkNamespaces,

    /// <summary>Network namespaces again: AppArmor forbids those of users (<c>kernel.apparmor_restrict_unprivileged_userns</c>).</summary>
    UnconfinedUserNamespaces,

    /// <summary>The kernel's veth devices, for links.</summary>
    Veth,

    /// <summary>Settings under /proc/sys/net that can be written.</summary>
    WritableSettings,

    /// <summary>IPv6, which the kernel parameter <c>ipv6.disable=1</c> turns off.</summary>
    IPv6,

    /// <summary>The program ip, for MPTCP's endpoints.</summary>
    Ip,

    /// <summary>The program setpriv, for programs on hosts.</summary>
    Setpriv,

    /// <summary>The program ss, to abort connections that are left when a lab is removed.</summary>
    Ss,

    /// <summary>The program nft and nftables in the kernel, for faults of links and for NAT.</summary>
    Nft,

    /// <summary>The ingress hook of nftables in the kernel (5.10 or later), for faults of links.</summary>
    NftIngress,

    /// <summary>The program tc and the kernel's token bucket filter, for the rate of a link.</summary>
    Tbf,

    /// <summary>MPTCP in the kernel.</summary>
    Mptcp,
}
