using System.Net.NetworkInformation;
using Mptcp.Netlink;

namespace Mptcp.Tool;

static class HostConnections
{
    /// <summary>Those that are established: the probe of a snapshot leaves others behind. Null where the kernel lists none.</summary>
    internal static IReadOnlyList<MptcpHostConnection>? Open(MptcpHostSnapshot host) =>
        host.Connections?.Where(connection => connection.State == TcpState.Established).ToArray();
}
