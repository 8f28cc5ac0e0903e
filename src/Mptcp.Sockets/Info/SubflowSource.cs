namespace Mptcp.Sockets.Info;

/// <summary>Where a connection's subflows are read from.</summary>
enum SubflowSource
{
    /// <summary>Linux 5.16 to 6.4: MPTCP_SUBFLOW_ADDRS and MPTCP_TCPINFO, one after the other.</summary>
    Lists,

    /// <summary>Since Linux 6.5: MPTCP_FULL_INFO, everything at one moment.</summary>
    FullInfo,
}
