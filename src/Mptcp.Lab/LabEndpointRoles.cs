namespace Mptcp.Lab;

/// <summary>What the kernel's path manager does with an address: ip-mptcp(8), <c>MPTCP_PM_ADDR_FLAG_*</c> in linux/mptcp.h.</summary>
[Flags]
public enum LabEndpointRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Announced to the peer (ADD_ADDR), which may connect a subflow to it.</summary>
    Signal = 1,

    /// <summary>A subflow is connected from it, in connections that this host has opened.</summary>
    Subflow = 2,

    /// <summary>Its subflows carry data only when no others can.</summary>
    Backup = 4,

    /// <summary>A subflow from it to each address that is known of the peer. Not together with <see cref="Signal"/>.</summary>
    FullMesh = 8,
}
