using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Why a connection that this host has accepted has one path only. The peer opens the paths.</summary>
static class AcceptedPathRules
{
    internal static readonly PathRule[] All =
    [
        new("path-not-used-by-peer", FindNotUsed),
        new("path-none-from-peer", FindNone),
    ];

    static Diagnosis? FindNotUsed(PathCase examined) =>
        examined is { IsAccepted: true, Connection.AddressesSignalled: > 0 and var announced }
        ? examined.Because(
            Invariant($"This host has announced addresses to the peer ({announced}), and the peer has no path to any of them. ")
                + DescribeAttempts(examined),
            "On the peer, accept announced addresses ('ip mptcp limits set add_addr_accepted 2 subflows 2'; the default is 0), "
                + "and check that it has a route to them.")
        : null;

    static Diagnosis? FindNone(PathCase examined) => examined.IsAccepted == true
        ? examined.Because(
            "This host has accepted the connection, so the peer opens the paths. No further path is open, "
                + "and this host has not announced an address. "
                + DescribeAttempts(examined),
            "Add endpoints on the peer, or announce an address of this host ('ip mptcp endpoint add ADDRESS dev INTERFACE signal'). "
                + "If the peer has tried, 'mptcp doctor' names limits, rules and filters of this host that block paths.")
        : null;

    /// <summary>
    /// The kernel reports no event for a path that a peer has begun and not completed, and counts them for all connections together.
    /// </summary>
    static string DescribeAttempts(PathCase examined)
    {
        if (examined.Host.Host.Counters["MPJoinSynRx"] is not { } begun)
            return "It is unknown whether the peer has tried: this kernel does not count the attempts.";

        long completed = examined.Host.Count("MPJoinAckRx"), rejected = examined.Host.Count("MPJoinRejected");
        return begun == 0
            ? "The peer has not tried to open one."
            : "It is unknown whether the peer has tried: "
                + "the kernel counts the attempts for all connections of this network namespace together "
                + Invariant($"({begun} begun, {completed} completed, {rejected} rejected by this host).");
    }
}
