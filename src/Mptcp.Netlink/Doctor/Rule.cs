namespace Mptcp.Netlink.Doctor;

/// <summary>A pure function of a <see cref="Case"/>: one kind of trouble, which several things of a host may have.</summary>
sealed record Rule(string Id, MptcpFindingSeverity Severity, Func<Case, IEnumerable<Diagnosis>> Find);
