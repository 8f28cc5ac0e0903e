using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Why a connection that this host has opened has one path only.</summary>
static class OpenedPathRules
{
    const int ConnectionReset = 104, ConnectionRefused = 111; // ECONNRESET, ECONNREFUSED

    const string AdviceOnReset = "Raise the limit of subflows on the peer ('ip mptcp limits set subflows 4'), and keep its listening socket open.";

    internal static readonly PathRule[] All =
    [
        new("path-rejected", FindRejected),
        new("path-failed", FindFailed),
        new("path-endpoints-unreadable", FindUnreadable),
        new("path-not-accepted", FindNotAccepted),
        new("path-no-endpoint", FindNoEndpoint),
        new("path-not-announced", FindNotAnnounced),
        new("path-no-route", FindNoRoute),
        new("path-not-tried", FindNotTried),
        new("path-join-failed", FindJoinFailed),
    ];

    static Diagnosis? FindRejected(PathCase examined) => examined.LastClosed switch
    {
        { ResetReason: { } reason } closed =>
            examined.Because($"The peer has reset the path from {closed.LocalEndPoint} to {closed.RemoteEndPoint}: {reason}.", AdviceOnReset),
        { ErrorNumber: ConnectionReset or ConnectionRefused } closed =>
            examined.Because($"A reset has answered the path from {closed.LocalEndPoint} to {closed.RemoteEndPoint}.", AdviceOnReset),
        _ => null,
    };

    static Diagnosis? FindFailed(PathCase examined) => examined.LastClosed switch
    {
        { ErrorNumber: { } error } closed => examined.Because(
            Invariant($"The path from {closed.LocalEndPoint} to {closed.RemoteEndPoint} failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)})."),
            "Check the link, the route and the firewalls of this path: probe the peer over its interface."),
        { } closed => examined.Because(
            $"The path from {closed.LocalEndPoint} to {closed.RemoteEndPoint} was established, and was closed without an error.",
            $"If it was closed at once, the peer rejects it. {AdviceOnReset}"),
        _ => null,
    };

    static Diagnosis? FindUnreadable(PathCase examined) => examined.Host.Host.Endpoints is null
        ? examined.Because("The kernel does not list its endpoints to this process: Linux 6.7 to 6.11 require CAP_NET_ADMIN.", "Run as root.")
        : null;

    static Diagnosis? FindNotAccepted(PathCase examined) =>
        !examined.Endpoints.Any() && examined.HasAnnouncement && examined.Connection is { LimitAddressesAccepted: null or 0, AddressesAccepted: null or 0 }
            ? examined.Because(
                "The peer has announced an address, and this host connects to none (the limit 'add_addr_accepted' is 0). "
                    + "No endpoint of this host leads to a further path either.",
                "Accept announced addresses if you trust the peer. The limit applies to new connections.",
                "ip mptcp limits set add_addr_accepted 2 subflows 2")
            : null;

    static Diagnosis? FindNoEndpoint(PathCase examined)
    {
        if (examined.Connection.AddressesAccepted > 0 || examined.Endpoints.Any() || examined.Possible.FirstOrDefault() is not { } possible)
            return null;

        (string name, string add) = (possible.InterfaceName!, EndpointCommand.Add(possible, MptcpEndpointFlags.Subflow, possible.InterfaceName!));
        return examined.Host.Endpoints().FirstOrDefault(endpoint => endpoint.Address.Equals(possible.Address)) is { } other
            ? examined.Because(
                $"Endpoint {other.Id} ({other.Address} on {name}) is not a subflow endpoint: the kernel opens no path from there.",
                "A host that opens connections needs an endpoint with the flag subflow.",
                EndpointCommand.Delete(other), add)
            : examined.Because(
                $"This host has the address {possible.Address} on {name}, and no endpoint for it: the kernel opens no path from there.",
                "Add an endpoint, or let AddMptcpEndpoints or NetworkManager do it.",
                add);
    }

    static Diagnosis? FindNotAnnounced(PathCase examined) => !examined.Endpoints.Any() && !examined.HasAnnouncement
        ? examined.Because(
            $"This host has one address that leads to the peer, {examined.Connection.LocalEndPoint.Address}, and the peer has announced no further address.",
            "Connect a second network to one of the two hosts. "
                + "On the peer, announce its address ('ip mptcp endpoint add ADDRESS dev INTERFACE signal').")
        : null;

    static Diagnosis? FindNoRoute(PathCase examined)
    {
        string?[] obstacles = [.. examined.Endpoints.Select(endpoint => FindObstacle(examined, endpoint))];
        return obstacles.Length > 0 && obstacles.All(obstacle => obstacle is not null)
            ? examined.Because(
                $"No endpoint leads to the peer: {string.Join("; ", obstacles)}.", "Mend the interface or the route: 'mptcp doctor' prints the commands.")
            : null;
    }

    static Diagnosis? FindNotTried(PathCase examined) =>
        examined.Connection is { LocalAddressesUsed: 0, AddressesAccepted: null or 0 } && examined.Endpoints.Any()
            ? examined.Because(
                $"The kernel has not yet tried to open a path from {examined.EndpointAddresses}.",
                "It does so when the peer has acknowledged data. If data was exchanged, the limits were too low when the endpoint was added: "
                    + "remove it, and add it again.")
            : null;

    /// <summary>Answers if no other rule does. Without the event, the kernel has only its counters.</summary>
    static Diagnosis? FindJoinFailed(PathCase examined)
    {
        Case host = examined.Host;
        long sent = host.Count("MPJoinSynTx"), answered = host.Count("MPJoinSynAckRx");
        long unbound = host.Count("MPJoinSynTxBindErr"), unreachable = host.Count("MPJoinSynTxConnectErr");
        string path = examined.Endpoints.Any() ? $"from {examined.EndpointAddresses}" : "to an address that the peer has announced";
        return examined.Because(
            $"The kernel has tried a path {path}, and it is gone. "
                + Invariant($"In this network namespace, {sent} SYNs were sent for further paths and {answered} were answered; ")
                + Invariant($"{unbound} paths could not be bound to their address, and {unreachable} had no route."),
            $"If SYNs were answered, the peer rejects the path. {AdviceOnReset} 'mptcp monitor' shows the error of a path at the moment when it fails.");
    }

    static string? FindObstacle(PathCase examined, MptcpEndpoint endpoint)
    {
        if (examined.Host.FindInterface(endpoint) is not { } network || examined.Host.FindAddress(endpoint) is not { } address)
            return $"no interface has the address {endpoint.Address}";

        return !network.IsUp ? $"{network.Name} ({endpoint.Address}) is down"
            : !network.HasCarrier ? $"{network.Name} ({endpoint.Address}) has no carrier"
            : address.DefaultRoute is null && !address.Network.Contains(examined.Peer) ? $"{network.Name} has no route from {endpoint.Address} to {examined.Peer}"
            : null;
    }
}
