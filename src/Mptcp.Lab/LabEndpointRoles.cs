namespace Mptcp.Lab;

/// <summary>
/// Specifies what the kernel's path manager does with an address: ip-mptcp(8), <c>MPTCP_PM_ADDR_FLAG_*</c> in linux/mptcp.h.
/// </summary>
[Flags]
public enum LabEndpointRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The address is announced to the peer (ADD_ADDR), which can open a subflow to it.</summary>
    Signal = 1,

    /// <summary>Connections that this host opens get a subflow from the address.</summary>
    Subflow = 2,

    /// <summary>Subflows of the address carry data only when no other subflow can.</summary>
    Backup = 4,

    /// <summary>Connections get a subflow from the address to each known address of the peer. It excludes <see cref="Signal"/>.</summary>
    FullMesh = 8,
}
