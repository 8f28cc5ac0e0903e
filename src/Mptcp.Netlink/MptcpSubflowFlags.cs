namespace Mptcp.Netlink;

/// <summary>What a subflow is: <c>MPTCP_SUBFLOW_FLAG_*</c> of linux/mptcp.h.</summary>
[Flags]
public enum MptcpSubflowFlags
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>The peer has begun the connection on it with MPTCP (MP_CAPABLE).</summary>
    RemoteCapable = 1,

    /// <summary>This host has.</summary>
    LocalCapable = 2,

    /// <summary>The peer takes part in it as a further subflow (MP_JOIN).</summary>
    RemoteJoin = 4,

    /// <summary>This host does.</summary>
    LocalJoin = 8,

    /// <summary>The peer wants it as a backup.</summary>
    RemoteBackup = 16,

    /// <summary>This host does.</summary>
    LocalBackup = 32,

    /// <summary>The peer has acknowledged data with MPTCP.</summary>
    FullyEstablished = 64,

    /// <summary>The TCP connection is established.</summary>
    Connected = 128,

    /// <summary>It is known where arriving data belongs in the connection.</summary>
    MapValid = 256,
}
