using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record ProbeLine(string Peer, ProbeAttemptLine Tcp, ProbeAttemptLine Mptcp, IReadOnlyList<ProbeInterfaceLine> Interfaces)
{
    internal static ProbeLine Of(MptcpProbeResult result) => new(
        result.Peer.ToString(),
        ProbeAttemptLine.Of(result.Tcp),
        ProbeAttemptLine.Of(result.Mptcp),
        [.. result.Interfaces.Select(one => new ProbeInterfaceLine(
            one.Name, one.Address.ToString(), ProbeAttemptLine.Of(one.Tcp), ProbeAttemptLine.Of(one.Mptcp), ProbeAttemptLine.Of(one.Join)))]);
}
