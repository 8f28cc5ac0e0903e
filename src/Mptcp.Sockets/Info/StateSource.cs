namespace Mptcp.Sockets.Info;

/// <summary>The source of a connection's state. The best one that the kernel has is used.</summary>
enum StateSource
{
    /// <summary>Linux 5.6 to 5.15: TCP_USER_TIMEOUT, which every kernel up to 6.18 answers only if the connection fell back.</summary>
    FallbackOnlyOption,

    /// <summary>Linux 5.16 to 6.9: MPTCP_INFO, which is refused after a fallback.</summary>
    Info,

    /// <summary>Since Linux 6.10: TCP_IS_MPTCP.</summary>
    StateOption,
}
