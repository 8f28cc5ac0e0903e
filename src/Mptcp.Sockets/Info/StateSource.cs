namespace Mptcp.Sockets.Info;

/// <summary>Where a connection's state is read from: the best that the kernel has.</summary>
enum StateSource
{
    /// <summary>Linux 5.6 to 5.15: TCP_USER_TIMEOUT, which every kernel up to 6.18 answers on a fallen-back connection only.</summary>
    FallbackOnlyOption,

    /// <summary>Linux 5.16 to 6.9: MPTCP_INFO, which is refused after a fallback.</summary>
    Info,

    /// <summary>Since Linux 6.10: TCP_IS_MPTCP.</summary>
    StateOption,
}
