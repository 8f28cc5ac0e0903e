using System.Net.NetworkInformation;
using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Says why a connection has one path only, or none. The first rule that finds something is the answer.</summary>
static class PathRules
{
    internal static IReadOnlyList<PathRule> All { get; } =
    [
        new("path-not-established", FindNotEstablished),
        new("path-fell-back", FindFellBack),
        new("path-none", FindNone),
        new("path-joining", FindJoining),
        new("path-managed", FindManaged),
        new("path-limit", FindLimit),
        .. ClosedPathRules.All,
        new("path-side-unknown", FindSideUnknown),
        .. AcceptedPathRules.All,
        .. OpenedPathRules.All,
    ];

    internal static MptcpFinding? Find(PathCase examined)
    {
        if (examined.Paths > 1)
            return null;

        // The last rule always answers.
        (string id, Diagnosis? found) = All.Select(rule => (rule.Id, rule.Find(examined))).First(answer => answer.Item2 is not null);
        return new MptcpFinding(
            id, found!.Severity ?? MptcpFindingSeverity.Information, found.Subject, found.Evidence, found.Advice, found.Remedy);
    }

    internal static Diagnosis Because(this PathCase examined, string evidence, string advice, params string[] remedy) =>
        new(Invariant($"{examined.Connection.Token:x8}"), evidence, advice, remedy);

    static Diagnosis? FindNotEstablished(PathCase examined) => examined.Connection.State == TcpState.Established
        ? null
        : examined.Because(
            $"The connection is in the state {examined.Connection.State}: the kernel opens paths only while it is established.",
            "Look at a connection that is in use.");

    static Diagnosis? FindFellBack(PathCase examined) => examined.Connection.HasFallenBack
        ? examined.Because(
            "The connection has fallen back to TCP, which has one path.",
            "Probe the peer, or call ExplainMptcp() in the program of the connection: it says why.")
        : null;

    static Diagnosis? FindNone(PathCase examined)
    {
        if (examined.Paths > 0)
            return null;

        string last = examined.LastClosed is { } closed ? $" {ClosedPathRules.Describe(closed)}" : "";
        return examined.Because(
            "The connection has no path left. Without a new one, the kernel closes it when net.mptcp.close_timeout has passed "
                + $"since the last attempt.{last}",
            "Add an endpoint whose interface works, or repair the interface: 'mptcp doctor' prints the commands.") with
        {
            Severity = MptcpFindingSeverity.Error,
        };
    }

    static Diagnosis? FindJoining(PathCase examined) =>
        examined.Connection.Subflows?.FirstOrDefault(subflow => subflow.State is TcpState.SynSent or TcpState.SynReceived) is { } joining
            ? examined.Because(
                $"The SYN of a further path from {joining.LocalEndPoint} to {joining.RemoteEndPoint} waits for an answer.",
                "Look again in a few seconds. If it still waits, a device on the way drops the SYN, or the answer takes another way: "
                    + "probe the peer over each interface.")
            : null;

    static Diagnosis? FindManaged(PathCase examined) =>
        examined.Host.Host.Settings.PathManager is { } manager and not "kernel" && examined.Connection.LimitExtraSubflows is null or 0
            ? examined.Because(
                $"A program manages the paths (net.mptcp.path_manager is {manager}), and no further path is open.",
                "Check that the program runs, such as mptcpd or an MptcpPathPolicy.")
            : null;

    static Diagnosis? FindLimit(PathCase examined) => examined.Connection.LimitExtraSubflows == 0
        ? examined.Because(
            "This host allows the connection no further path (the limit 'subflows' is 0).",
            "Raise the limit. It applies to new connections.",
            "ip mptcp limits set subflows 2")
        : null;

    static Diagnosis? FindSideUnknown(PathCase examined) => examined.IsAccepted is null
        ? examined.Because(
            "Only the end that opened a connection opens its paths. This kernel does not report to this process which end that is.",
            "Run as root, or read the events of the connection from its beginning ('mptcp monitor').")
        : null;
}
