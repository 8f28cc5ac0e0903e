namespace Mptcp.Netlink;

/// <summary>Something that has happened to this host's MPTCP: <c>enum mptcp_event_type</c> of linux/mptcp_pm.h.</summary>
/// <remarks>What the kernel does not tell is null. IPv4 addresses are such also where the socket is IPv6.</remarks>
public abstract record MptcpEvent
{
    private protected MptcpEvent()
    {
    }

    /// <summary>When <see cref="MptcpEventMonitor"/> took the event from the kernel, which does not say when it happened. Events that are otherwise the same are equal.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Gets whether both are the same, except for <see cref="Time"/>.</summary>
    /// <param name="other">The other one.</param>
    public virtual bool Equals(MptcpEvent? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}
