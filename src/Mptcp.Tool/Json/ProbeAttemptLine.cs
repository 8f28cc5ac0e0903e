using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record ProbeAttemptLine(string Outcome, double? ElapsedMs, string? Error)
{
    internal static ProbeAttemptLine Of(MptcpProbeAttempt attempt) => new(JsonNames.Kebab(attempt.Outcome.ToString()), attempt.Elapsed?.TotalMilliseconds, attempt.Error);
}
