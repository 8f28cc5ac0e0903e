namespace Mptcp.Sockets;

/// <summary>Why this system gives no Multipath TCP socket. <see cref="MptcpCapabilities.Explanation"/> says what to do about it.</summary>
public enum MptcpUnavailableReason
{
    /// <summary>It does give one.</summary>
    None,

    /// <summary>The operating system is not Linux.</summary>
    NotLinux,

    /// <summary>The kernel is older than Linux 5.6 (<c>EINVAL</c>).</summary>
    KernelTooOld,

    /// <summary>The kernel was built without <c>CONFIG_MPTCP</c>, or without <c>CONFIG_MPTCP_IPV6</c> for IPv6 (<c>EPROTONOSUPPORT</c>).</summary>
    NotCompiled,

    /// <summary>Switched off in this network namespace: <c>net.mptcp.enabled=0</c> (<c>ENOPROTOOPT</c>).</summary>
    DisabledBySysctl,

    /// <summary>Forbidden by seccomp, SELinux, AppArmor or eBPF (<c>EPERM</c>, <c>EACCES</c>).</summary>
    BlockedByPolicy,

    /// <summary>Switched off for this process: <c>MPTCP_SOCKETS_DISABLED=1</c> or the AppContext switch <c>Mptcp.Sockets.Disabled</c>.</summary>
    DisabledBySwitch,

    /// <summary>None of the above, such as a .NET runtime in which a socket of .NET's own cannot be given another protocol.</summary>
    Unknown,
}
