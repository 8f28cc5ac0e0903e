namespace Mptcp.Netlink;

/// <summary>A network interface, at one moment.</summary>
/// <param name="Index">The number, which the interface keeps as long as it exists.</param>
/// <param name="Name">The name.</param>
/// <param name="Addresses">All addresses of IPv4 and IPv6, in the kernel's order.</param>
public sealed record MptcpInterface(int Index, string Name, IReadOnlyList<MptcpInterfaceAddress> Addresses)
{
    /// <summary>Whether the interface is up, as somebody has configured it.</summary>
    public bool IsUp { get; init; } = true;

    /// <summary>Whether the interface is the loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Whether the link works as far as the driver knows, such as a plugged cable or an associated radio.</summary>
    public bool HasCarrier { get; init; } = true;

    /// <summary>Gets the size of the largest packet in bytes; <see langword="null"/> if the kernel does not say.</summary>
    public int? Mtu { get; init; }

    /// <summary>
    /// The reverse path filter of IPv4 that the kernel applies: the greater of <c>net.ipv4.conf.all.rp_filter</c> and the interface's. 0 is off, 2 is loose; with 1 (strict), the kernel drops packets
    /// that arrive on another interface than answers would leave by, as those of a second path do. <see langword="null"/> if the kernel does not say.
    /// </summary>
    public int? ReversePathFilter { get; init; }

    /// <summary>Gets whether both are the same, with the same addresses in the same order.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(MptcpInterface? other) => other is not null
        && (Index, Name, IsUp, IsLoopback, HasCarrier, Mtu, ReversePathFilter) == (other.Index, other.Name, other.IsUp, other.IsLoopback, other.HasCarrier, other.Mtu, other.ReversePathFilter)
        && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Name, Addresses.Count);
}
