using System.Net.NetworkInformation;
using static System.FormattableString;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Failures of connections, as the kernel counts them.</summary>
static class ConnectionRules
{
    /// <summary>
    /// Failures are reported if they affect at least a tenth of the subflows: a host that has run for long has some of each kind.
    /// </summary>
    const int MostSuccessesPerFailure = 10;

    internal static readonly Rule[] All =
    [
        Failures(
            "join-bind", "could not be bound to their local address",
            "The address of an endpoint is gone, or is not on the interface of the endpoint.", "MPJoinSynAckRx", "MPJoinSynTxBindErr"),
        Failures(
            "join-connect", "found no route to the peer", "Add a default route for the address of each endpoint, over its interface.",
            "MPJoinSynAckRx", "MPJoinSynTxConnectErr"),
        new("join-rejected", Warning, FindRejected),
        Failures(
            "join-hmac", "failed because of a wrong authentication code (HMAC)",
            "A device on the way changes the MPTCP options, or connections reach the wrong host.",
            "MPJoinSynAckRx", "MPJoinSynAckHMacFailure", "MPJoinAckHMacFailure"),
        Failures(
            "join-option-stripped",
            "lost the MPTCP option on the way",
            "A device on the path removes it. Probe the peer over each interface to find the path, and let TCP option 30 pass there.",
            "MPJoinSynAckRx", "MPJoinSynAckNoMPJoin", "MPJoinAckNoMPJoin"),
        new("join-unanswered", Warning, FindUnanswered),
        new("join-no-token", Warning, FindNoToken),
        new("connection-no-path", Error, FindNoPath),
    ];

    static Rule Failures(string id, string what, string advice, string successes, params string[] failures) =>
        new(id, Warning, examined => FindFailures(examined, what, advice, successes, failures));

    static IEnumerable<Diagnosis> FindFailures(Case examined, string what, string advice, string successes, string[] failures) =>
        FindFailures(examined, failures.Sum(examined.Count), $"{what} ({string.Join(", ", failures)})", advice, successes);

    static IEnumerable<Diagnosis> FindFailures(Case examined, long failed, string what, string advice, string successes)
    {
        long succeeded = examined.Count(successes);
        if (failed * MostSuccessesPerFailure > succeeded && failed > 0)
        {
            yield return new(
                "subflows",
                Invariant($"{examined.Since()}, {Facts.Number(failed, "further subflow")} {what}; {succeeded} succeeded."),
                advice)
            {
                Severity = examined.SeverityOfCounters(),
            };
        }
    }

    static IEnumerable<Diagnosis> FindRejected(Case examined)
    {
        long rejected = examined.Count("MPJoinRejected"), accepted = examined.Count("MPJoinAckRx");
        if (rejected * MostSuccessesPerFailure <= accepted || rejected == 0)
            yield break;

        int limit = examined.Host.Limits?.ExtraSubflows ?? 0;
        yield return new(
            "limits",
            Invariant($"{examined.Since()}, this host has rejected {Facts.Number(rejected, "further subflow")} of peers ")
                + Invariant($"and accepted {accepted}; its limit is {limit} for each connection."),
            "Raise the limit. It applies to new connections. If a program manages the paths (net.mptcp.path_manager), it has to run.",
            Invariant($"ip mptcp limits set subflows {Math.Min(limit + 2, examined.Host.Maximum)}"))
        {
            Severity = examined.SeverityOfCounters(),
        };
    }

    /// <summary>Counts the subflows whose SYN was sent, without those that still wait and those that another rule explains.</summary>
    static IEnumerable<Diagnosis> FindUnanswered(Case examined)
    {
        long waiting = (examined.Host.Connections ?? [])
            .SelectMany(connection => connection.Subflows ?? [])
            .Count(subflow => subflow.State == TcpState.SynSent);
        long sent = examined.Count("MPJoinSynTx"), answered = examined.Count("MPJoinSynAckRx");
        string[] others = ["MPJoinSynTxBindErr", "MPJoinSynTxConnectErr", "MPJoinSynTxCreatSkErr", "MPJoinSynAckNoMPJoin"];
        long failed = sent - answered - waiting - others.Sum(examined.Count);
        if (failed * MostSuccessesPerFailure > answered && failed > 0)
        {
            yield return new(
                "subflows",
                Invariant($"{examined.Since()}, {failed} of {sent} further subflows got no answer, or a reset: ")
                    + "the peer rejects them, or a device on the way does.",
                "Probe the peer over each interface. If only joins fail, the limits of the peer are too low, "
                    + "or it does not allow joins to its first address.")
            {
                Severity = examined.SeverityOfCounters(),
            };
        }
    }

    static IEnumerable<Diagnosis> FindNoToken(Case examined)
    {
        if (examined.Count("MPJoinNoTokenFound") is not (> 0 and var strangers)
            || examined.Host.Settings.AllowsJoinToInitialAddress == false)
            yield break;

        yield return new(
            "net.mptcp.allow_join_initial_addr_port",
            Invariant($"{examined.Since()}, {Facts.Number(strangers, "further subflow")} of peers belonged to no connection of this host: ")
                + "a balancer may have sent them to the wrong server.",
            "Behind a balancer, forbid joins to the common address, and announce an address of this server alone "
                + "(an endpoint with signal).",
            "sysctl -w net.mptcp.allow_join_initial_addr_port=0")
        {
            Severity = examined.SeverityOfCounters(),
        };
    }

    static IEnumerable<Diagnosis> FindNoPath(Case examined) =>
        from connection in examined.Established()
        where connection.Subflows is { } subflows
            && !subflows.Any(subflow => subflow.State is TcpState.Established or TcpState.SynSent or TcpState.SynReceived)
        select new Diagnosis(
            Invariant($"{connection.Token:x8}"),
            $"The connection from {connection.LocalEndPoint} to {connection.RemoteEndPoint} has no subflow that works. "
                + "Without a new one, the kernel closes it when net.mptcp.close_timeout has passed since the last attempt.",
            "Give it another path: an endpoint whose interface works.");
}
