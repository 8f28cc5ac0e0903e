using System.Net;
using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>A rule of the host's routing policy (<c>ip rule</c>). It selects the routing table for some packets.</summary>
/// <param name="Priority">The priority. The kernel applies the rule with the lowest number first.</param>
/// <param name="AddressFamily">The address family of the packets.</param>
public sealed record MptcpHostRule(long Priority, AddressFamily AddressFamily)
{
    /// <summary>Gets the source addresses of the packets; <see langword="null"/> for any.</summary>
    public IPNetwork? From { get; init; }

    /// <summary>Gets the destination addresses of the packets; <see langword="null"/> for any.</summary>
    public IPNetwork? To { get; init; }

    /// <summary>Gets the name of the interface on which the packets arrive; <see langword="null"/> for any.</summary>
    public string? InputInterface { get; init; }

    /// <summary>Gets the name of the interface to which the socket of the packets is bound; <see langword="null"/> for any.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>Gets the mark of the packets (<c>SO_MARK</c>); <see langword="null"/> for any.</summary>
    public long? Mark { get; init; }

    /// <summary>Gets whether the rule applies to all packets except the selected ones.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Gets the action of the rule: <c>FR_ACT_*</c> of linux/fib_rules.h, such as 1 for a look-up in the table.</summary>
    public byte Action { get; init; }

    /// <summary>Gets the number of the routing table. 254 is <c>main</c>.</summary>
    public long Table { get; init; }

    /// <summary>Gets the longest prefix of routes that the rule ignores; <see langword="null"/> if it ignores none.</summary>
    public int? SuppressedPrefixLength { get; init; }

    /// <summary>Gets the origin of the rule, as <see cref="MptcpHostRoute.Protocol"/>.</summary>
    public byte Protocol { get; init; }
}
