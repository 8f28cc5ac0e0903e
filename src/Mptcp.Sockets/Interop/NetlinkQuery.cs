using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Requests a short list from the kernel. Linux only.</summary>
static class NetlinkQuery
{
    internal delegate void Visit(NetlinkMessage message);

    /// <summary>Limits what is read: 255 endpoints, the most of any kernel, take less than 32 KiB.</summary>
    const int MostDatagrams = 16;

    /// <summary>Visits the answers. The kernel writes them before the request returns, so there is nothing to wait for.</summary>
    internal static void Ask(NativeSocket netlink, ReadOnlySpan<byte> request, ushort type, Visit visit)
    {
        if (!netlink.TrySend(request))
            return;

        Span<byte> datagram = stackalloc byte[8192];
        for (int i = 0; i < MostDatagrams && netlink.TryReceive(datagram) is var length and > 0; i++)
        {
            foreach (NetlinkMessage message in new NetlinkMessages(datagram[..length]))
            {
                if (message.Type == type)
                    visit(message);
                else if (message.Type is NLMSG_DONE or NLMSG_ERROR)
                    return;
            }
        }
    }
}
