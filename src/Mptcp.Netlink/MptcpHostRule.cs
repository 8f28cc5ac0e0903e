using System.Net;
using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>A rule of the host's routing policy (<c>ip rule</c>): which packets look for their route in which table.</summary>
/// <param name="Priority">The place of the rule. The kernel asks the lowest first.</param>
/// <param name="AddressFamily">The family of the packets.</param>
public sealed record MptcpHostRule(long Priority, AddressFamily AddressFamily)
{
    /// <summary>The addresses that the packets come from; <see langword="null"/> for any.</summary>
    public IPNetwork? From { get; init; }

    /// <summary>The addresses that the packets go to; <see langword="null"/> for any.</summary>
    public IPNetwork? To { get; init; }

    /// <summary>The name of the interface that the packets arrive on; <see langword="null"/> for any.</summary>
    public string? InputInterface { get; init; }

    /// <summary>The name of the interface that the packets' socket is bound to; <see langword="null"/> for any.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>The mark of the packets (<c>SO_MARK</c>); <see langword="null"/> for any.</summary>
    public long? Mark { get; init; }

    /// <summary>Whether the rule is for all packets but those.</summary>
    public bool IsInverted { get; init; }

    /// <summary>What the rule does: <c>FR_ACT_*</c> of linux/fib_rules.h, such as 1 for a look into the table.</summary>
    public byte Action { get; init; }

    /// <summary>The number of the routing table: 254 is <c>main</c>.</summary>
    public long Table { get; init; }

    /// <summary>The rule ignores routes whose prefix has at most this length; <see langword="null"/> if it ignores none.</summary>
    public int? SuppressedPrefixLength { get; init; }

    /// <summary>The number of the program that has added the rule, as <see cref="MptcpHostRoute.Protocol"/>.</summary>
    public byte Protocol { get; init; }
}
