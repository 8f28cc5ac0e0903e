using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>The commands of ip(8) that change an endpoint.</summary>
static class EndpointCommand
{
    internal static string Delete(MptcpEndpoint endpoint) => Invariant($"ip mptcp endpoint delete id {endpoint.Id}");

    internal static string Add(MptcpEndpoint endpoint, MptcpEndpointFlags flags, string device)
    {
        string port = endpoint.Port == 0 ? "" : Invariant($" port {endpoint.Port}");
        return $"ip mptcp endpoint add {endpoint.Address}{port} dev {device} {Names(flags)}";
    }

    /// <summary>As ip(8) writes them.</summary>
    internal static string Names(MptcpEndpointFlags flags) =>
        flags.ToString().Replace(",", "", StringComparison.Ordinal).ToLowerInvariant();
}
