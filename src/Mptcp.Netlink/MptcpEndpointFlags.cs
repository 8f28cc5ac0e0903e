namespace Mptcp.Netlink;

/// <summary>The flags of an endpoint. They say what the kernel does with it: <c>MPTCP_PM_ADDR_FLAG_*</c> of linux/mptcp_pm.h.</summary>
[Flags]
public enum MptcpEndpointFlags
{
    /// <summary>The kernel opens no subflow from the address and does not announce it. Only the id of the address is fixed.</summary>
    None = 0,

    /// <summary>The kernel announces the address to peers (ADD_ADDR). Excludes <see cref="FullMesh"/>.</summary>
    Signal = 1,

    /// <summary>The kernel opens further subflows from the address.</summary>
    Subflow = 2,

    /// <summary>The subflows of the address carry data only if no other subflow works.</summary>
    Backup = 4,

    /// <summary>The kernel opens a subflow from the address to each address of the peer. Needs <see cref="Subflow"/>.</summary>
    FullMesh = 8,

    /// <summary>
    /// The kernel created the endpoint itself, for a local address that a peer uses and nobody added. You cannot add such an endpoint.
    /// </summary>
    Implicit = 16,

    /// <summary>
    /// The kernel uses the address for subflows to addresses that the peer announces, instead of the initial local address. Since Linux
    /// 6.18.
    /// </summary>
    Laminar = 32,
}
