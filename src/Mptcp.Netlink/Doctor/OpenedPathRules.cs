using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Why a connection that this host has opened has one path only.</summary>
static class OpenedPathRules
{
    internal static readonly PathRule[] All =
    [
        new("path-endpoints-unreadable", FindUnreadable),
        new("path-not-accepted", FindNotAccepted),
        new("path-no-endpoint", FindNoEndpoint),
        new("path-not-announced", FindNotAnnounced),
        new("path-no-route", FindNoRoute),
        new("path-not-tried", FindNotTried),
        new("path-join-failed", FindJoinFailed),
        new("path-unknown", FindUnknown),
    ];

    static Diagnosis? FindUnreadable(PathCase examined) => examined.Host.Host.Endpoints is null
        ? examined.Because(
            "The kernel does not list its endpoints to this process: Linux 6.7 to 6.11 require CAP_NET_ADMIN.",
            "Run as root.")
        : null;

    /// <summary>
    /// If only the counters show an announcement, it may be another peer's: a missing endpoint is the better answer then.
    /// </summary>
    static Diagnosis? FindNotAccepted(PathCase examined)
    {
        bool ignores = examined.Connection is { LimitAddressesAccepted: null or 0, AddressesAccepted: null or 0 };
        if (!ignores || examined.Endpoints.Any() || examined.HasAnnouncement == false || (examined.HasAnnouncement is null
            && examined.Possible.Any()))
            return null;

        string announcement = examined.HasAnnouncement == true
            ? "The peer has announced an address"
            : Invariant($"Peers have announced addresses ({examined.Host.Count("AddAddr")}) to connections of this network namespace, ")
                + "perhaps to this one";
        return examined.Because(
            $"{announcement}, and this host connects to none (the limit 'add_addr_accepted' is 0). "
                + "No endpoint of this host leads to a further path either.",
            "Accept announced addresses if you trust the peer. The limit applies to new connections.",
            "ip mptcp limits set add_addr_accepted 2 subflows 2");
    }

    static Diagnosis? FindNoEndpoint(PathCase examined)
    {
        if (examined.Connection.AddressesAccepted > 0 || examined.Endpoints.Any() || examined.Possible.FirstOrDefault() is not { } possible)
            return null;

        (
            string name, string add) = (possible.InterfaceName!,
            EndpointCommand.Add(possible, MptcpEndpointFlags.Subflow, possible.InterfaceName!));
        return examined.Host.Endpoints().FirstOrDefault(endpoint => endpoint.Address.Equals(possible.Address)) is { } other
            ? examined.Because(
                $"Endpoint {other.Id} ({other.Address} on {name}) is not a subflow endpoint: the kernel opens no path from there.",
                "A host that opens connections needs an endpoint with the flag subflow.",
                EndpointCommand.Delete(other), add)
            : examined.Because(
                $"This host has the address {possible.Address} on {name}, but no endpoint for it: the kernel opens no path from there.",
                "Add an endpoint, or let AddMptcpEndpoints or NetworkManager do it.",
                add);
    }

    static Diagnosis? FindNotAnnounced(PathCase examined) => !examined.Endpoints.Any() && examined.HasAnnouncement == false
        ? examined.Because(
            $"This host has one address that leads to the peer, {examined.Connection.LocalEndPoint.Address}, "
                + "and the peer has announced no further address.",
            "Connect a second network to one of the two hosts. "
                + "On the peer, announce its address ('ip mptcp endpoint add ADDRESS dev INTERFACE signal').")
        : null;

    static Diagnosis? FindNoRoute(PathCase examined)
    {
        string?[] obstacles = [.. examined.Endpoints.Select(endpoint => FindObstacle(examined, endpoint))];
        return obstacles.Length > 0 && obstacles.All(obstacle => obstacle is not null)
            ? examined.Because(
                $"No endpoint leads to the peer: {string.Join("; ", obstacles)}.",
                "Repair the interface or the route: 'mptcp doctor' prints the commands.")
            : null;
    }

    static Diagnosis? FindNotTried(PathCase examined) => examined.IsTried == false && examined.Endpoints.Any()
        ? examined.Because(
            $"The kernel has not yet tried to open a path from {examined.EndpointAddresses}.",
            "It does so when the peer has acknowledged data. If data was exchanged, the limits were too low when the endpoint was added: "
                + "remove it, and add it again.")
        : null;

    /// <summary>Without the event, the kernel has only its counters.</summary>
    static Diagnosis? FindJoinFailed(PathCase examined)
    {
        if (examined.IsTried != true)
            return null;

        Case host = examined.Host;
        long sent = host.Count("MPJoinSynTx"), answered = host.Count("MPJoinSynAckRx");
        long unbound = host.Count("MPJoinSynTxBindErr"), unreachable = host.Count("MPJoinSynTxConnectErr");
        string path = examined.Connection.AddressesAccepted > 0 ? "to an address that the peer has announced"
            : examined.Endpoints.Any() ? $"from {examined.EndpointAddresses}"
            : "from an endpoint that was removed since";
        return examined.Because(
            $"The kernel has tried a path {path}, and it is gone. "
                + Invariant($"SYNs for further paths in this network namespace: {sent} sent, {answered} answered. ")
                + Invariant($"Paths that could not be bound to their address: {unbound}; without a route: {unreachable}."),
            $"If SYNs were answered, the peer rejects the path. {ClosedPathRules.AdviceOnReset(examined)} "
                + "'mptcp monitor' shows the error of a path at the moment when it fails.");
    }

    /// <summary>Answers if no other rule does.</summary>
    static Diagnosis FindUnknown(PathCase examined) => examined.Because(
        "It is unknown why no further path is open: this kernel does not report whether it has tried one"
            + (examined.HasAnnouncement == true ? ", and the peer has announced an address." : "."),
        "Run 'mptcp monitor', and open the connection again: the kernel reports the error of a path at the moment when it fails.");

    static string? FindObstacle(PathCase examined, MptcpEndpoint endpoint)
    {
        if (examined.Host.FindInterface(endpoint) is not { } network || examined.Host.FindAddress(endpoint) is not { } address)
            return $"no interface has the address {endpoint.Address}";

        // A snapshot contains default routes only, but the kernel may have used another route.
        bool hasRoute = examined.IsTried == true && examined.Host.Count("MPJoinSynTxConnectErr") == 0;
        return !network.IsUp ? $"{network.Name} ({endpoint.Address}) is down"
            : !network.HasCarrier ? $"{network.Name} ({endpoint.Address}) has no carrier"
            : hasRoute || examined.LeadsToPeer(address) ? null
            : $"{network.Name} has no default route from {endpoint.Address}, and {examined.Peer} is not on its network";
    }
}
