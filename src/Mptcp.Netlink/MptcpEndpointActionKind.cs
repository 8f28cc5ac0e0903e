namespace Mptcp.Netlink;

/// <summary>What an <see cref="MptcpEndpointAction"/> does.</summary>
public enum MptcpEndpointActionKind
{
    /// <summary>The kernel has the endpoint, and keeps it.</summary>
    Keep = 0,

    /// <summary>The kernel does not have the endpoint, and does not get it.</summary>
    Skip = 1,

    /// <summary>The endpoint is removed.</summary>
    Remove = 2,

    /// <summary>The endpoint gets other flags.</summary>
    Change = 3,

    /// <summary>The endpoint is added.</summary>
    Add = 4,
}
