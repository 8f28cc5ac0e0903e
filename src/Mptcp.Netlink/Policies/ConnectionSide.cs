namespace Mptcp.Netlink.Policies;

/// <summary>
/// Finds out from the subflows which end began a connection. The kernel reports that only when the connection is established.
/// </summary>
static class ConnectionSide
{
    const MptcpSubflowFlags Capable = MptcpSubflowFlags.LocalCapable | MptcpSubflowFlags.RemoteCapable;

    /// <summary>
    /// The first subflow shows it. Without it, a host that opened a further subflow to the initial remote address is the client: a server
    /// would dial a port on which the client does not listen.
    /// </summary>
    internal static bool IsServer(MptcpConnection connection)
    {
        MptcpConnectionSubflow[] subflows = [.. connection.Subflows ?? []];
        MptcpConnectionSubflow first = Array.Find(subflows, subflow => (subflow.Flags & Capable) != 0);
        if (first.Flags != 0)
            return (first.Flags & MptcpSubflowFlags.LocalCapable) == 0;

        return subflows.Length > 0
            && !subflows.Any(subflow => subflow.Flags.HasFlag(MptcpSubflowFlags.LocalJoin)
                && subflow.RemoteEndPoint.Port == connection.RemoteEndPoint.Port);
    }
}
