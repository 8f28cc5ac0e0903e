namespace Mptcp.Lab;

/// <summary>A feature that a lab uses, and that a machine or user can lack.</summary>
public enum LabFeature
{
    /// <summary>Linux.</summary>
    Linux,

    /// <summary>Network namespaces, which root and the root of a user namespace can create.</summary>
    NetworkNamespaces,

    /// <summary>Network namespaces, if AppArmor forbids them to users (<c>kernel.apparmor_restrict_unprivileged_userns</c>).</summary>
    UnconfinedUserNamespaces,

    /// <summary>The veth devices of the kernel, for links.</summary>
    Veth,

    /// <summary>Write access to the settings under /proc/sys/net.</summary>
    WritableSettings,

    /// <summary>IPv6, which the kernel parameter <c>ipv6.disable=1</c> turns off.</summary>
    IPv6,

    /// <summary>The program ip, for MPTCP endpoints.</summary>
    Ip,

    /// <summary>The program setpriv, for programs on hosts.</summary>
    Setpriv,

    /// <summary>The program ss, to abort the open connections when a lab is removed.</summary>
    Ss,

    /// <summary>The program nft and nftables in the kernel, for faults of links and for NAT.</summary>
    Nft,

    /// <summary>The ingress hook of nftables in the kernel (5.10 or later), for faults of links.</summary>
    NftIngress,

    /// <summary>The program tc and the token bucket filter of the kernel, for the rate of a link.</summary>
    Tbf,

    /// <summary>MPTCP in the kernel.</summary>
    Mptcp,
}
