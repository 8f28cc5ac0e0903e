namespace Mptcp.Netlink;

/// <summary>A program that may manage the kernel's endpoints, such as NetworkManager or mptcpd.</summary>
public sealed class MptcpEndpointManager
{
    /// <summary>Gets the name of the program, such as <c>NetworkManager</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the id of its process.</summary>
    public int ProcessId { get; init; }
}
