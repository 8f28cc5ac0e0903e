namespace Mptcp.Sockets.Info;

/// <summary>The source of a connection's subflows.</summary>
enum SubflowSource
{
    /// <summary>Linux 5.16 to 6.4: MPTCP_SUBFLOW_ADDRS and MPTCP_TCPINFO, one after the other.</summary>
    Lists,

    /// <summary>Since Linux 6.5: MPTCP_FULL_INFO, all values at one moment.</summary>
    FullInfo,
}
