namespace Mptcp.Netlink.Doctor;

/// <summary>A trouble that a <see cref="Rule"/> has found.</summary>
sealed record Diagnosis(string Subject, string Evidence, string Advice, params string[] Remedy)
{
    /// <summary>Null if it matters as much as the rule says.</summary>
    internal MptcpFindingSeverity? Severity { get; init; }
}
