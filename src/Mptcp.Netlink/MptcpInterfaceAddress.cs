using System.Net;

namespace Mptcp.Netlink;

/// <summary>An address of a <see cref="MptcpInterface"/>.</summary>
/// <param name="Address">The address.</param>
/// <param name="IsReady">
/// Whether new paths can begin here: the interface has a carrier, and the address is neither being checked for duplicates (tentative) nor about to go (deprecated).
/// Paths that exist may outlive its absence.
/// </param>
public sealed record MptcpInterfaceAddress(IPAddress Address, bool IsReady);
