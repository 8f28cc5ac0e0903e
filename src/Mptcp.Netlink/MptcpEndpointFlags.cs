namespace Mptcp.Netlink;

/// <summary>What the kernel does with an endpoint: <c>MPTCP_PM_ADDR_FLAG_*</c> of linux/mptcp_pm.h.</summary>
[Flags]
public enum MptcpEndpointFlags
{
    /// <summary>Nothing by itself; with <see cref="Signal"/> and <see cref="Subflow"/> absent, only the address' id is fixed.</summary>
    None = 0,

    /// <summary>Announced to peers (ADD_ADDR). Not together with <see cref="FullMesh"/>.</summary>
    Signal = 1,

    /// <summary>Further subflows are opened from it.</summary>
    Subflow = 2,

    /// <summary>Its subflows are used only when no other is left.</summary>
    Backup = 4,

    /// <summary>From it, a subflow is opened to each address of the peer's. Together with <see cref="Subflow"/>.</summary>
    FullMesh = 8,

    /// <summary>Made by the kernel, for an address that a peer uses and nobody has added. Cannot be asked for.</summary>
    Implicit = 16,

    /// <summary>Used for subflows to addresses that the peer announces, in place of the address that the connection began with. Since Linux 6.18.</summary>
    Laminar = 32,
}
