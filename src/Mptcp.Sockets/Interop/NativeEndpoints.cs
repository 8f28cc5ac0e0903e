using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>
/// Asks the kernel for the host's MPTCP endpoints, over generic netlink. Needs no privilege, except on Linux 6.7 to 6.11. Linux only.
/// </summary>
static class NativeEndpoints
{
    static ushort s_family; // the number of "mptcp_pm"; 0 until it is known; the kernel does not change it

    /// <summary>Visits each endpoint; none if the kernel does not report them.</summary>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal static void Read(NetlinkQuery.Visit visit)
    {
        using NativeSocket? netlink = NativeSocket.TryOpenNetlink(NETLINK_GENERIC);
        if (netlink is null)
            return;

        Span<byte> buffer = stackalloc byte[NetlinkMessageWriter.Enough];
        if (s_family == 0)
        {
            var lookUp = NetlinkMessageWriter.Generic(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, version: 1, flags: 0);
            lookUp.Text(CTRL_ATTR_FAMILY_NAME, "mptcp_pm");
            NetlinkQuery.Ask(netlink, lookUp.Message, GENL_ID_CTRL, static message => s_family = FindFamily(message));
        }

        if (s_family != 0)
            NetlinkQuery.Ask(netlink, NetlinkMessageWriter.Generic(buffer, s_family, MPTCP_PM_CMD_GET_ADDR, MPTCP_PM_VER, NLM_F_DUMP).Message, s_family, visit);
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
}
