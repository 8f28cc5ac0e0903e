using Mptcp.Netlink;

namespace Mptcp.Tool;

static class OnePath
{
    /// <summary>Says why a connection has one path only; null if it has several, or was closed before the snapshot was taken.</summary>
    internal static MptcpFinding? Explain(MptcpHostSnapshot host, MptcpConnection connection, IEnumerable<MptcpEvent>? events = null) =>
        connection.Token != 0 && host.Connections?.Any(known => known.Token == connection.Token) == true ? MptcpDoctor.ExplainPaths(host, connection.Token, events) : null;
}
