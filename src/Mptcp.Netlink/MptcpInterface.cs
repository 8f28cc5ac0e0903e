namespace Mptcp.Netlink;

/// <summary>A network interface at one moment.</summary>
/// <param name="Index">The index. It does not change during the lifetime of the interface.</param>
/// <param name="Name">The name.</param>
/// <param name="Addresses">All IPv4 and IPv6 addresses, in the kernel's order.</param>
public sealed record MptcpInterface(int Index, string Name, IReadOnlyList<MptcpInterfaceAddress> Addresses)
{
    /// <summary>Gets whether the interface is configured to be up.</summary>
    public bool IsUp { get; init; } = true;

    /// <summary>Gets whether the interface is the loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Gets whether the driver reports a carrier, such as a plugged cable or an associated radio.</summary>
    public bool HasCarrier { get; init; } = true;

    /// <summary>Gets the size of the largest packet in bytes; <see langword="null"/> if the kernel does not report it.</summary>
    public int? Mtu { get; init; }

    /// <summary>
    /// Gets the reverse path filter of IPv4: the greater of <c>net.ipv4.conf.all.rp_filter</c> and the setting of the interface. 0 is off,
    /// 1 is strict, 2 is loose. With a strict filter, the kernel drops packets whose answers would leave over another interface, such as
    /// those of a second path. <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public int? ReversePathFilter { get; init; }

    /// <summary>Returns whether two interfaces are equal, with the same addresses in the same order.</summary>
    /// <param name="other">The other interface.</param>
    public bool Equals(MptcpInterface? other) => other is not null
        && (Index, Name, IsUp, IsLoopback) == (other.Index, other.Name, other.IsUp, other.IsLoopback)
        && (HasCarrier, Mtu, ReversePathFilter) == (other.HasCarrier, other.Mtu, other.ReversePathFilter)
        && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Name, Addresses.Count);
}
