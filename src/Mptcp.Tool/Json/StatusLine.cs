using Mptcp.Netlink;
using Mptcp.Sockets;

namespace Mptcp.Tool.Json;

sealed record StatusLine(
    string Kernel,
    bool Available,
    string? UnavailableReason,
    string? PathManager,
    string? Scheduler,
    int? ExtraSubflows,
    int? AcceptedAddresses,
    IReadOnlyList<EndpointLine>? Endpoints,
    int? Connections,
    int? Paths,
    IReadOnlyList<FindingLine> Findings)
{
    internal static StatusLine Of(MptcpHostSnapshot host, IReadOnlyList<MptcpFinding> findings)
    {
        IReadOnlyList<MptcpHostConnection>? connections = HostConnections.Open(host);
        return new StatusLine(
            host.KernelRelease,
            host.UnavailableReason == MptcpUnavailableReason.None,
            host.UnavailableReason == MptcpUnavailableReason.None ? null : JsonNames.Kebab(host.UnavailableReason.ToString()),
            host.Settings.PathManager,
            host.Settings.Scheduler,
            host.Limits?.ExtraSubflows,
            host.Limits?.AcceptedAddresses,
            host.Endpoints?.Select(EndpointLine.Of).ToArray(),
            connections?.Count,
            connections?.Sum(connection => connection.Subflows?.Count ?? 0),
            [.. findings.Select(FindingLine.Of)]);
    }
}
