namespace Mptcp.Netlink;

/// <summary>How many paths a connection may have (<c>ip mptcp limits</c>). Each is at most <see cref="MptcpPathManager.GetMaximum"/>.</summary>
/// <param name="ExtraSubflows">How many subflows beside the first; the kernel's default is 2 (<c>subflows</c>).</param>
/// <param name="AcceptedAddresses">How many addresses that the peer announces are connected to; the kernel's default is 0
/// (<c>add_addr_accepted</c>).</param>
public readonly record struct MptcpLimits(int ExtraSubflows, int AcceptedAddresses);
