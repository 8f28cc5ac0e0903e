using static System.FormattableString;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>The limits of the path manager.</summary>
static class LimitRules
{
    internal static readonly Rule[] All =
    [
        new("limit-subflows", Warning, FindSubflows),
        new("limit-fullmesh", Warning, FindFullMesh),
        new("announced-not-accepted", Warning, FindNotAccepted),
    ];

    static IEnumerable<Diagnosis> FindSubflows(Case examined)
    {
        if (examined.Host.Limits is not { } limits)
            yield break;

        // The limit holds for each connection, which uses the endpoints of one family and begins on one of them.
        int most = examined.Endpoints().Where(endpoint => endpoint.Has(MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Signal))
            .GroupBy(endpoint => endpoint.Address.AddressFamily)
            .Select(family => family.Count(endpoint => !IsFirst(examined, endpoint)))
            .DefaultIfEmpty(0)
            .Max();
        int wanted = Math.Min(most, examined.Host.Maximum);
        if (limits.ExtraSubflows < wanted)
        {
            yield return new(
                "limits", Invariant($"Connections may have {limits.ExtraSubflows} extra subflows, but the endpoints need {wanted}."),
                "Raise the limit. It applies to new connections.",
                SetSubflows(examined, wanted))
            {
                Severity = limits.ExtraSubflows == 0 ? Error : null,
            };
        }
    }

    static IEnumerable<Diagnosis> FindFullMesh(Case examined)
    {
        int meshed = examined.Endpoints().Count(endpoint => endpoint.Has(MptcpEndpointFlags.FullMesh));
        if (meshed == 0 || examined.Host.Limits is not { } limits)
            yield break;

        int wanted = Math.Min(meshed * (1 + limits.AcceptedAddresses), examined.Host.Maximum);
        if (limits.ExtraSubflows < wanted)
        {
            yield return new(
                "limits",
                Invariant($"The host has {Facts.Number(meshed, "fullmesh endpoint")}: ")
                    + Invariant($"with {limits.AcceptedAddresses} accepted addresses of the peer they make up to ")
                    + Invariant($"{wanted} subflows, but the limit is {limits.ExtraSubflows}."),
                "Raise the limit. It applies to new connections.", SetSubflows(examined, wanted));
        }
    }

    static IEnumerable<Diagnosis> FindNotAccepted(Case examined)
    {
        if (examined.Host.Limits is not { AcceptedAddresses: 0 } limits || examined.Count("AddAddr") is not (> 0 and var announced))
            yield break;

        yield return new(
            "limits",
            Invariant($"Peers have announced addresses ({announced}), and the kernel connects to none of them (add_addr_accepted 0)."),
            "Accept some. A peer may announce any address: accept them only if you trust your peers. The limit applies to new connections.",
            Invariant($"ip mptcp limits set add_addr_accepted 2 subflows {Math.Max(2, limits.ExtraSubflows)}"))
        {
            Severity = examined.Established().Any(connection => connection.ExtraSubflows > 0) ? Information : null,
        };
    }

    static bool IsFirst(Case examined, MptcpEndpoint endpoint) =>
        examined.FindInterface(endpoint) is { } network && network.Index == examined.FirstInterface(endpoint.Address.AddressFamily);

    static string SetSubflows(Case examined, int wanted) =>
        Invariant($"ip mptcp limits set subflows {Math.Min(wanted, examined.Host.Maximum)}");
}
