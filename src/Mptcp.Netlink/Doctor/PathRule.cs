namespace Mptcp.Netlink.Doctor;

/// <summary>
/// A pure function of a <see cref="PathCase"/>: one cause for which a connection has one path only, or null if that is not the cause.
/// </summary>
sealed record PathRule(string Id, Func<PathCase, Diagnosis?> Find);
