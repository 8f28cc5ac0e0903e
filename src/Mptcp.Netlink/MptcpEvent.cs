namespace Mptcp.Netlink;

/// <summary>The base class of events of MPTCP on this host: <c>enum mptcp_event_type</c> of linux/mptcp_pm.h.</summary>
/// <remarks>
/// A value that the kernel does not report is <see langword="null"/>. IPv4-mapped IPv6 addresses are returned as IPv4 addresses.
/// </remarks>
public abstract record MptcpEvent
{
    private protected MptcpEvent()
    {
    }

    /// <summary>
    /// Gets the time when <see cref="MptcpEventMonitor"/> received the event; the kernel does not report when it happened. The time does
    /// not affect equality.
    /// </summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Returns whether two events are equal, except for <see cref="Time"/>.</summary>
    /// <param name="other">The other event.</param>
    public virtual bool Equals(MptcpEvent? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}
