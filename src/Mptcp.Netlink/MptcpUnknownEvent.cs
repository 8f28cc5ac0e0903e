namespace Mptcp.Netlink;

/// <summary>An event that this version of the library does not know, or that lacks what makes the event with its number.</summary>
/// <param name="Number">The kernel's number of it.</param>
public sealed record MptcpUnknownEvent(byte Number) : MptcpEvent;
