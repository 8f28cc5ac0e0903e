using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Why a connection that this host has accepted has one path only. The peer opens the paths.</summary>
static class AcceptedPathRules
{
    internal static readonly PathRule[] All =
    [
        new("path-join-incomplete", FindIncomplete),
        new("path-not-used-by-peer", FindNotUsed),
        new("path-none-from-peer", FindNone),
    ];

    /// <summary>The SYN has arrived, and the last step of the handshake has not.</summary>
    static Diagnosis? FindIncomplete(PathCase examined)
    {
        long begun = examined.Host.Count("MPJoinSynRx"), completed = examined.Host.Count("MPJoinAckRx");
        if (examined.Connection.IsAccepted != true || begun <= completed)
            return null;

        long rejected = examined.Host.Count("MPJoinRejected");
        return examined.Because(
            Invariant($"In this network namespace, peers have begun {begun} further paths: {completed} were completed, and this host rejected {rejected}."),
            "If this host rejects none, the answers leave by another interface, or a device on the way drops them. "
                + "'mptcp doctor' names missing rules and limits that are too low.");
    }

    static Diagnosis? FindNotUsed(PathCase examined) => examined.Connection is { IsAccepted: true, AddressesSignalled: > 0 and var announced }
        ? examined.Because(
            Invariant($"This host has announced {announced} addresses to the peer, and the peer has connected to none of them."),
            "On the peer, accept announced addresses ('ip mptcp limits set add_addr_accepted 2 subflows 2'; the default is 0), "
                + "and check that it has a route to them.")
        : null;

    static Diagnosis? FindNone(PathCase examined) => examined.Connection.IsAccepted == true
        ? examined.Because(
            "This host has accepted the connection, so that the peer opens the paths. It has opened none, and this host has announced no address to it.",
            "Add endpoints on the peer, or announce an address of this host ('ip mptcp endpoint add ADDRESS dev INTERFACE signal').")
        : null;
}
