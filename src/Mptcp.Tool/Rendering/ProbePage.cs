using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

/// <summary>Shows the handshakes with a peer, and explains those that failed.</summary>
static class ProbePage
{
    internal static IEnumerable<string> Lines(MptcpProbeResult result, int width)
    {
        yield return $"[bold]{Format.Cell(result.Peer)}[/]";
        yield return "";
        var table = new ColumnTable(new Column("OVER"), new Column("FROM", 1), new Column("TCP"), new Column("MPTCP"), new Column("JOIN"));
        table.Add("any", "", Cell(result.Tcp), Cell(result.Mptcp), "");
        foreach (MptcpProbeInterface one in result.Interfaces)
            table.Add($"[blue]{Format.Cell(one.Name)}[/]", Format.Cell(one.Address), Cell(one.Tcp), Cell(one.Mptcp), Cell(one.Join));

        foreach (string line in table.Lines(width))
            yield return line;

        foreach (string line in NotTried(result).SelectMany(text => Paragraph.Lines(text, width).Prepend("")))
            yield return line;

        MptcpProbeOutcome[] outcomes = [.. Attempts(result).Select(attempt => attempt.Outcome).Where(outcome => Meaning(outcome).Length > 0).Distinct()];
        foreach (MptcpProbeOutcome outcome in outcomes)
        {
            yield return "";
            foreach (string line in Paragraph.Lines($"{Name(outcome)}: {Meaning(outcome)}", width))
                yield return line;
        }
    }

    /// <summary>Explains the dash under JOIN.</summary>
    static IEnumerable<string> NotTried(MptcpProbeResult result)
    {
        MptcpProbeAttempt[] joins = [.. result.Interfaces.Select(one => one.Join).Where(join => join.Outcome == MptcpProbeOutcome.NotTried)];
        if (joins.Length == 0 || result.Mptcp.Outcome != MptcpProbeOutcome.Succeeded)
            return [];

        return joins.Select(join => join.Error).FirstOrDefault(error => error is not null) is { } why
            ? [$"- under JOIN: {why}"]
            : ["- under JOIN: not tried. A further subflow is tried from each endpoint of this host with the flag subflow, except on the interface where the connection began."];
    }

    static IEnumerable<MptcpProbeAttempt> Attempts(MptcpProbeResult result) =>
        result.Interfaces.SelectMany(one => (MptcpProbeAttempt[])[one.Tcp, one.Mptcp, one.Join]).Prepend(result.Mptcp).Prepend(result.Tcp);

    static string Cell(MptcpProbeAttempt attempt) => attempt.Outcome switch
    {
        MptcpProbeOutcome.Succeeded => $"[green]{Format.Milliseconds(attempt.Elapsed)}[/]",
        MptcpProbeOutcome.NotTried => "[grey]-[/]",
        MptcpProbeOutcome.Failed => $"[red]{Format.Cell(attempt.Error ?? "failed")}[/]",
        var outcome => $"[red]{Name(outcome)}[/]",
    };

    static string Name(MptcpProbeOutcome outcome) => Json.JsonNames.Kebab(outcome.ToString()).Replace('-', ' ');

    static string Meaning(MptcpProbeOutcome outcome) => outcome switch
    {
        MptcpProbeOutcome.NoRoute => "there is no route to the peer over this interface.",
        MptcpProbeOutcome.NoAnswer => "TCP got no answer in time. The peer is down, or a firewall drops everything.",
        MptcpProbeOutcome.Refused => "nothing listens on the port.",
        MptcpProbeOutcome.OptionStripped => "a device on the way removes the MPTCP option.",
        MptcpProbeOutcome.SynDropped => "a device on the way drops SYNs with MPTCP. TCP is answered.",
        MptcpProbeOutcome.SynReset => "a reset answers SYNs with MPTCP. TCP is accepted.",
        MptcpProbeOutcome.PeerWithoutMptcp => "the peer answers without MPTCP, or a device on every path removes the option.",
        MptcpProbeOutcome.JoinRefused => "the peer resets further subflows. Its limits or its settings do not allow them.",
        MptcpProbeOutcome.JoinDropped => "a device on the way drops the SYNs of further subflows.",
        MptcpProbeOutcome.PeerClosed => "the peer closed the connection after the first byte. Whether it accepts further subflows is unknown.",
        MptcpProbeOutcome.NotOffered => "the kernel did not offer MPTCP: it remembers that a path dropped it (net.mptcp.blackhole_timeout).",
        MptcpProbeOutcome.NotSupported => "this system provides no MPTCP sockets. 'mptcp status' says why.",
        _ => "",
    };
}
