using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record EndpointLine(int Id, string Address, int? Port, string? Interface, IReadOnlyList<string> Flags)
{
    internal static EndpointLine Of(MptcpEndpoint endpoint) => new(
        endpoint.Id, endpoint.Address.ToString(), endpoint.Port == 0 ? null : endpoint.Port, endpoint.InterfaceName, Names(endpoint.Flags));

    internal static IReadOnlyList<string> Names(MptcpEndpointFlags flags) =>
        [.. Enum.GetValues<MptcpEndpointFlags>().Where(flag => flag != 0 && flags.HasFlag(flag)).Select(flag => flag.ToString().ToLowerInvariant())];
}
