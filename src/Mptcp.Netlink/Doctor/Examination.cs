namespace Mptcp.Netlink.Doctor;

/// <summary>All rules, over one host.</summary>
static class Examination
{
    internal static IReadOnlyList<Rule> Rules { get; } =
    [
        .. SystemRules.All, .. NetworkRules.All, .. EndpointRules.All, .. EndpointChoiceRules.All, .. LimitRules.All,
        .. ConnectionRules.All, .. PeerRules.All,
    ];

    internal static IReadOnlyList<MptcpFinding> Run(MptcpHostSnapshot host, MptcpDoctorOptions options, MptcpProbeResult? peer)
    {
        var examined = new Case(host, options, peer);
        return
        [
            .. from rule in Rules
               from found in rule.Find(examined)
               let severity = found.Severity ?? rule.Severity
               orderby severity descending
               select new MptcpFinding(rule.Id, severity, found.Subject, found.Evidence, found.Advice, found.Remedy),
        ];
    }
}
