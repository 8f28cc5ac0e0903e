namespace Mptcp.Netlink;

/// <summary>
/// The reader was too slow: here, an unknown number of events is missing, for which the kernel had no room. Events before this one are from before the gap. To
/// be up to date again, look at <see cref="MptcpConnections.List"/> now, and go on with the events that follow; the first of those may be in the list already.
/// </summary>
public sealed record MptcpEventsLost : MptcpEvent;
