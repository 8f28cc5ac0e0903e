namespace Mptcp.Gateway;

/// <summary>
/// Specifies which of several servers a client is connected to. If connecting to that server fails, the next one is tried.
/// </summary>
public enum MptcpGatewayBalance
{
    /// <summary>Each server in turn.</summary>
    RoundRobin,

    /// <summary>The server with the fewest connections through this gateway.</summary>
    LeastConnections,

    /// <summary>The first server that works, in the order in which they are listed.</summary>
    Failover,
}
