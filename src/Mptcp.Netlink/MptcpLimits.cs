namespace Mptcp.Netlink;

/// <summary>
/// The limits of the paths of a connection (<c>ip mptcp limits</c>). Each is at most <see cref="MptcpPathManager.GetMaximum"/>.
/// </summary>
/// <param name="ExtraSubflows">The number of subflows besides the first (<c>subflows</c>). The kernel's default is 2.</param>
/// <param name="AcceptedAddresses">
/// The number of addresses, of those that the peer announces, to which the kernel opens subflows (<c>add_addr_accepted</c>). The kernel's
/// default is 0.
/// </param>
public readonly record struct MptcpLimits(int ExtraSubflows, int AcceptedAddresses);
