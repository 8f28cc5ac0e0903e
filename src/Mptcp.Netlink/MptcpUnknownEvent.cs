namespace Mptcp.Netlink;

/// <summary>An event that this version of the library does not know, or that lacks required attributes.</summary>
/// <param name="Number">The kernel's number of the event.</param>
public sealed record MptcpUnknownEvent(byte Number) : MptcpEvent;
