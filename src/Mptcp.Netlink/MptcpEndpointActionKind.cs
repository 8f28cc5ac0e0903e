namespace Mptcp.Netlink;

/// <summary>The kinds of an <see cref="MptcpEndpointAction"/>.</summary>
public enum MptcpEndpointActionKind
{
    /// <summary>The kernel has the endpoint and keeps it.</summary>
    Keep = 0,

    /// <summary>The kernel does not have the endpoint and does not get it.</summary>
    Skip = 1,

    /// <summary>The endpoint is removed.</summary>
    Remove = 2,

    /// <summary>The flags of the endpoint are changed.</summary>
    Change = 3,

    /// <summary>The endpoint is added.</summary>
    Add = 4,
}
