namespace Mptcp.Netlink;

/// <summary>Something that has happened to this host's Multipath TCP: <c>enum mptcp_event_type</c> of linux/mptcp_pm.h.</summary>
/// <remarks>What the kernel does not tell is null. IPv4 addresses are such also where the socket is IPv6.</remarks>
public abstract record MptcpEvent
{
    private protected MptcpEvent()
    {
    }
}
