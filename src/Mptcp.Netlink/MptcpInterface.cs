namespace Mptcp.Netlink;

/// <summary>A network interface that is up, is not loopback, and has addresses that reach other hosts.</summary>
/// <param name="Index">Its number, which it keeps as long as it exists.</param>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">
/// In the kernel's order, without those that say nothing beyond the link (link-local), temporary ones (RFC 8981), which change all the time, those that another
/// host has, too, and unique local ones (fc00::/7) where there is a global one of IPv6.
/// </param>
public sealed record MptcpInterface(int Index, string Name, IReadOnlyList<MptcpInterfaceAddress> Addresses)
{
    /// <summary>Whether both are the same, with the same addresses in the same order.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(MptcpInterface? other) => other is not null && Index == other.Index && Name == other.Name && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Name, Addresses.Count);
}
