using Mptcp.Netlink;

namespace Mptcp.Dashboard.Feed;

/// <summary>A line of the event log.</summary>
/// <param name="Time">The time.</param>
/// <param name="Token">The connection; 0 if there is none.</param>
/// <param name="Kind">The kind of the event.</param>
/// <param name="Description">What happened.</param>
/// <param name="Source">The kernel's event; null if a comparison of samples showed the event.</param>
sealed record LogEntry(DateTimeOffset Time, uint Token, LogKind Kind, string Description, MptcpEvent? Source = null);
