namespace Mptcp.Netlink;

/// <summary>The flags of a subflow: <c>MPTCP_SUBFLOW_FLAG_*</c> of linux/mptcp.h.</summary>
[Flags]
public enum MptcpSubflowFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The connection began on this subflow, and the peer's handshake used MPTCP (MP_CAPABLE).</summary>
    RemoteCapable = 1,

    /// <summary>The connection began on this subflow, and this host's handshake used MPTCP (MP_CAPABLE).</summary>
    LocalCapable = 2,

    /// <summary>The subflow joined the connection later, as seen by the peer (MP_JOIN).</summary>
    RemoteJoin = 4,

    /// <summary>The subflow joined the connection later, as seen by this host (MP_JOIN).</summary>
    LocalJoin = 8,

    /// <summary>The peer marked the subflow as a backup.</summary>
    RemoteBackup = 16,

    /// <summary>This host marked the subflow as a backup.</summary>
    LocalBackup = 32,

    /// <summary>The peer has acknowledged data with MPTCP.</summary>
    FullyEstablished = 64,

    /// <summary>The TCP connection is established.</summary>
    Connected = 128,

    /// <summary>The position of arriving data in the connection is known.</summary>
    MapValid = 256,
}
