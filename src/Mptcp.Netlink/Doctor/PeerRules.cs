using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Results of the probe of a peer.</summary>
static class PeerRules
{
    internal static readonly Rule[] All =
    [
        On("peer-no-route", Error, MptcpProbeOutcome.NoRoute, "no route leads to it", "Add a route to the peer."),
        On(
            "peer-no-answer", Error, MptcpProbeOutcome.NoAnswer, "it does not answer plain TCP either",
            "Check that the peer runs, and that no firewall drops TCP."),
        On("peer-refused", Error, MptcpProbeOutcome.Refused, "nothing listens on the port", "Start the server, or use its port."),
        On(
            "peer-option-stripped", Warning, MptcpProbeOutcome.OptionStripped, "a device on the way removes the MPTCP option",
            "Find the proxy or firewall on this path, and let it pass TCP option 30."),
        On(
            "peer-syn-dropped", Warning, MptcpProbeOutcome.SynDropped, "a device on the way drops SYNs with MPTCP",
            "Find the firewall on this path, and let it pass TCP option 30."),
        On(
            "peer-syn-reset", Warning, MptcpProbeOutcome.SynReset, "a reset answers SYNs with MPTCP",
            "Find the firewall or balancer on this path, and let it pass TCP option 30."),
        On(
            "peer-without-mptcp", Warning, MptcpProbeOutcome.PeerWithoutMptcp, "it answers without MPTCP over all paths",
            "Enable MPTCP in the server. On Linux, 'ss -tlnM' shows there whether it listens with MPTCP."),
        On(
            "peer-join-refused", Warning, MptcpProbeOutcome.JoinRefused, "it refuses further subflows",
            "Raise the limit of subflows there ('ip mptcp limits set subflows 4'), and keep its listening socket open."),
        On(
            "peer-join-dropped", Warning, MptcpProbeOutcome.JoinDropped, "further subflows get no answer",
            "Check routes and reverse path filters, and firewalls that do not know TCP option 30."),
    ];

    static Rule On(string id, MptcpFindingSeverity severity, MptcpProbeOutcome outcome, string what, string advice) =>
        new(id, severity, examined => Find(examined, outcome, what, advice));

    static IEnumerable<Diagnosis> Find(Case examined, MptcpProbeOutcome outcome, string what, string advice)
    {
        if (examined.Peer is not { } peer)
            yield break;

        if (peer.Tcp.Outcome == outcome || peer.Mptcp.Outcome == outcome)
            yield return new($"{peer.Peer}", $"{peer.Peer}: {what}.", advice);

        foreach (MptcpProbeInterface network in peer.Interfaces)
        {
            if (network.Tcp.Outcome == outcome || network.Mptcp.Outcome == outcome || network.Join.Outcome == outcome)
            {
                string over = $"{peer.Peer} over {network.Name}";
                yield return new(over, $"{over}: {what}.", advice) { Severity = Warning };
            }
        }
    }
}
