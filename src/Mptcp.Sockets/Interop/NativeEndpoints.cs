using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Asks the kernel for the host's MPTCP endpoints, over generic netlink. Needs no privilege, except on Linux 6.7 to 6.11. Linux only.</summary>
static class NativeEndpoints
{
    internal delegate void Visit(NetlinkMessage endpoint);

    /// <summary>Limits what is read: 64 endpoints, the most of any kernel, take less than 8 KiB.</summary>
    const int MostDatagrams = 16;

    static ushort s_family; // the number of "mptcp_pm"; 0 until it is known; the kernel does not change it

    /// <summary>Visits each endpoint; none if the kernel does not report them.</summary>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal static void Read(Visit visit)
    {
        using NativeSocket? netlink = NativeSocket.TryOpenNetlink(NETLINK_GENERIC);
        if (netlink is null)
            return;

        Span<byte> buffer = stackalloc byte[NetlinkMessageWriter.Enough];
        if (s_family == 0)
        {
            var lookUp = NetlinkMessageWriter.Generic(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, version: 1, flags: 0);
            lookUp.Text(CTRL_ATTR_FAMILY_NAME, "mptcp_pm");
            Ask(netlink, lookUp.Message, GENL_ID_CTRL, static message => s_family = FindFamily(message));
        }

        if (s_family != 0)
            Ask(netlink, NetlinkMessageWriter.Generic(buffer, s_family, MPTCP_PM_CMD_GET_ADDR, MPTCP_PM_VER, NLM_F_DUMP).Message, s_family, visit);
    }

    /// <summary>Returns the number of a generic netlink family; 0 if the message does not contain it.</summary>
    static ushort FindFamily(NetlinkMessage message)
    {
        foreach (NetlinkAttribute attribute in message.GenericAttributes)
        {
            if (attribute.Type == CTRL_ATTR_FAMILY_ID)
                return attribute.UInt16;
        }

        return 0;
    }

    /// <summary>Visits the answers. The kernel writes them before the request returns, so there is nothing to wait for.</summary>
    static void Ask(NativeSocket netlink, ReadOnlySpan<byte> request, ushort type, Visit visit)
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
