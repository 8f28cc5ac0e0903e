namespace Mptcp.Dashboard.Feed;

/// <summary>The host at one moment.</summary>
/// <param name="Time">The time.</param>
/// <param name="Second">The number of the second, for the history.</param>
/// <param name="Reading">What the kernel reports.</param>
/// <param name="Connections">The connections with their rates.</param>
/// <param name="NoEvents">Why the kernel reports no events; null if it does.</param>
sealed record Sample(DateTimeOffset Time, long Second, HostReading Reading, IReadOnlyList<ConnectionView> Connections, string? NoEvents);
