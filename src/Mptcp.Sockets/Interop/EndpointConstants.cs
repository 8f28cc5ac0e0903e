namespace Mptcp.Sockets.Interop;

/// <summary>Numbers of the Linux ABI that asking for the host's MPTCP endpoints needs, under their own names. AbiTests compares them with the system's headers.</summary>
static class EndpointConstants
{
    // bits/socket.h
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;

    // linux/netlink.h, linux/genetlink.h
    internal const int NETLINK_GENERIC = 16;
    internal const int MSG_DONTWAIT = 0x40;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort NLM_F_REQUEST = 1;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLA_TYPE_MASK = 0x3FFF;
    internal const ushort GENL_ID_CTRL = 16;
    internal const byte CTRL_CMD_GETFAMILY = 3;
    internal const ushort CTRL_ATTR_FAMILY_ID = 1;
    internal const ushort CTRL_ATTR_FAMILY_NAME = 2;

    // linux/mptcp_pm.h, before Linux 6.7 linux/mptcp.h
    internal const byte MPTCP_PM_VER = 1;
    internal const byte MPTCP_PM_CMD_GET_ADDR = 3;
    internal const ushort MPTCP_PM_ATTR_ADDR = 1;
    internal const ushort MPTCP_PM_ADDR_ATTR_FAMILY = 1;
    internal const ushort MPTCP_PM_ADDR_ATTR_ADDR4 = 3;
    internal const ushort MPTCP_PM_ADDR_ATTR_ADDR6 = 4;
    internal const ushort MPTCP_PM_ADDR_ATTR_FLAGS = 6;
    internal const uint MPTCP_PM_ADDR_FLAG_SUBFLOW = 2;
    internal const uint MPTCP_PM_ADDR_FLAG_BACKUP = 4;
    internal const uint MPTCP_PM_ADDR_FLAG_FULLMESH = 8;
}
