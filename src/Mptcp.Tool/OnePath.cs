using Mptcp.Netlink;

namespace Mptcp.Tool;

static class OnePath
{
    /// <summary>
    /// Explains why a connection has only one path. Returns null if it has several paths, or was closed before the snapshot.
    /// </summary>
    internal static MptcpFinding? Explain(MptcpHostSnapshot host, MptcpConnection connection, IEnumerable<MptcpEvent>? events = null) =>
        connection.Token != 0 && host.Connections?.Any(known => known.Token == connection.Token) == true ? MptcpDoctor.ExplainPaths(host, connection.Token, events) : null;
}
