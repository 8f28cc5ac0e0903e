namespace Mptcp.Netlink;

/// <summary>
/// The place where events are missing because the reader was too slow and the kernel had no room. Earlier events happened before the gap.
/// To catch up, call <see cref="MptcpConnections.List"/> now, and continue with the events that follow; the list may already contain the
/// effect of the first of them.
/// </summary>
public sealed record MptcpEventsLost : MptcpEvent;
