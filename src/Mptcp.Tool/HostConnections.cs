using System.Net.NetworkInformation;
using Mptcp.Netlink;

namespace Mptcp.Tool;

static class HostConnections
{
    /// <summary>
    /// Returns the established connections: the probe of a snapshot leaves others behind. Null if the kernel does not list connections.
    /// </summary>
    internal static IReadOnlyList<MptcpHostConnection>? Open(MptcpHostSnapshot host) =>
        host.Connections?.Where(connection => connection.State == TcpState.Established).ToArray();
}
