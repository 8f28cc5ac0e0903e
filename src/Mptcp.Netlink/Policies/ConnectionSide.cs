namespace Mptcp.Netlink.Policies;

/// <summary>Which end has begun a connection, as far as its subflows tell: the kernel says so only when it is established.</summary>
static class ConnectionSide
{
    const MptcpSubflowFlags Capable = MptcpSubflowFlags.LocalCapable | MptcpSubflowFlags.RemoteCapable;

    /// <summary>The first subflow knows. Without it, a further one that this host has opened to where the connection began: of a server's, such would lead to where nothing listens.</summary>
    internal static bool IsServer(MptcpConnection connection)
    {
        MptcpConnectionSubflow[] subflows = [.. connection.Subflows ?? []];
        MptcpConnectionSubflow first = Array.Find(subflows, subflow => (subflow.Flags & Capable) != 0);
        if (first.Flags != 0)
            return (first.Flags & MptcpSubflowFlags.LocalCapable) == 0;

        return subflows.Length > 0
            && !subflows.Any(subflow => subflow.Flags.HasFlag(MptcpSubflowFlags.LocalJoin) && subflow.RemoteEndPoint.Port == connection.RemoteEndPoint.Port);
    }
}
