namespace Mptcp.Sockets;

/// <summary>The reason why this system provides no MPTCP socket. <see cref="MptcpCapabilities.Explanation"/> says what to do.</summary>
public enum MptcpUnavailableReason
{
    /// <summary>The system provides MPTCP sockets.</summary>
    None = 0,

    /// <summary>The operating system is not Linux.</summary>
    NotLinux = 1,

    /// <summary>The kernel is older than Linux 5.6 (<c>EINVAL</c>).</summary>
    KernelTooOld = 2,

    /// <summary>
    /// The kernel was built without <c>CONFIG_MPTCP</c>, or without <c>CONFIG_MPTCP_IPV6</c> for IPv6 (<c>EPROTONOSUPPORT</c>).
    /// </summary>
    NotCompiled = 3,

    /// <summary>MPTCP is disabled in this network namespace: <c>net.mptcp.enabled=0</c> (<c>ENOPROTOOPT</c>).</summary>
    DisabledBySysctl = 4,

    /// <summary>A policy forbids it: seccomp, SELinux, AppArmor or eBPF (<c>EPERM</c>, <c>EACCES</c>).</summary>
    BlockedByPolicy = 5,

    /// <summary>
    /// MPTCP is disabled for this process, by <c>MPTCP_SOCKETS_DISABLED=1</c> or the AppContext switch <c>Mptcp.Sockets.Disabled</c>.
    /// </summary>
    DisabledBySwitch = 6,

    /// <summary>Another reason. For example, this .NET runtime does not allow ordinary MPTCP sockets.</summary>
    Unknown = 7,
}
