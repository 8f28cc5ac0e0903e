namespace Mptcp.Netlink;

/// <summary>
/// A finding of <see cref="MptcpDoctor"/>: something that keeps connections of this host from using MPTCP or all of their paths, with the
/// remedy.
/// </summary>
public sealed class MptcpFinding
{
    internal MptcpFinding(
        string id, MptcpFindingSeverity severity, string subject, string evidence, string advice, IReadOnlyList<string> remedy) =>
        (Id, Severity, Subject, Evidence, Advice, Remedy) = (id, severity, subject, evidence, advice, remedy);

    /// <summary>Gets the stable name of the rule, such as <c>rp-filter-strict</c>.</summary>
    public string Id { get; }

    /// <summary>Gets how much the finding matters.</summary>
    public MptcpFindingSeverity Severity { get; }

    /// <summary>Gets the name of the thing that is wrong, such as an interface, an address or a setting.</summary>
    public string Subject { get; }

    /// <summary>Gets the sentences that say what was seen, and why it matters.</summary>
    public string Evidence { get; }

    /// <summary>Gets the sentences that say what to do.</summary>
    public string Advice { get; }

    /// <summary>
    /// Gets the shell commands of the remedy, for root, in this order; empty if no command helps. They last until the machine restarts.
    /// </summary>
    public IReadOnlyList<string> Remedy { get; }

    /// <summary>Gets the page that explains the finding, relative to the root of the repository.</summary>
    public string Link => $"docs/doctor.md#{Id}";

    /// <summary>Returns the finding in one line.</summary>
    public override string ToString() => $"{Severity} {Id}: {Evidence}";
}
