namespace Mptcp.Sockets.Interop;

/// <summary>
/// Numbers of the Linux ABI under their own names, as they are on x64, Arm and RISC-V. AbiTests compares them with the system's headers.
/// </summary>
static class NetlinkConstants
{
    // errno: asm-generic/errno-base.h, errno.h
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int ERANGE = 34;
    internal const int EMSGSIZE = 90;
    internal const int EOPNOTSUPP = 95;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENOBUFS = 105;

    // bits/socket.h, linux/net.h
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int SO_RCVBUFFORCE = 33;

    // linux/sockios.h, linux/if.h
    internal const int SIOCGIFNAME = 0x8910;
    internal const int SIOCGIFINDEX = 0x8933;
    internal const int IFNAMSIZ = 16;

    // linux/netlink.h
    internal const int NETLINK_ROUTE = 0;
    internal const int NETLINK_SOCK_DIAG = 4;
    internal const int NETLINK_GENERIC = 16;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_ADD_MEMBERSHIP = 1;
    internal const int NETLINK_CAP_ACK = 10;
    internal const int NETLINK_EXT_ACK = 11;
    internal const ushort NLMSG_NOOP = 1;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort NLMSG_OVERRUN = 4;
    internal const ushort NLM_F_REQUEST = 1;
    internal const ushort NLM_F_ACK = 4;
    internal const ushort NLM_F_DUMP_INTR = 0x10;
    internal const ushort NLM_F_CAPPED = 0x100;
    internal const ushort NLM_F_ACK_TLVS = 0x200;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLM_F_REPLACE = 0x100; // for a request that adds, as are the next two
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;
    internal const ushort NLMSGERR_ATTR_MSG = 1;
    internal const ushort NLA_F_NESTED = 0x8000;
    internal const ushort NLA_TYPE_MASK = 0x3FFF;

    // linux/genetlink.h
    internal const ushort GENL_ID_CTRL = 16;
    internal const byte CTRL_CMD_GETFAMILY = 3;
    internal const ushort CTRL_ATTR_FAMILY_ID = 1;
    internal const ushort CTRL_ATTR_FAMILY_NAME = 2;
    internal const ushort CTRL_ATTR_MCAST_GROUPS = 7;
    internal const ushort CTRL_ATTR_MCAST_GRP_NAME = 1;
    internal const ushort CTRL_ATTR_MCAST_GRP_ID = 2;

    // linux/mptcp_pm.h, before Linux 6.7 linux/mptcp.h
    internal const byte MPTCP_PM_VER = 1;
    internal const byte MPTCP_PM_CMD_ADD_ADDR = 1;
    internal const byte MPTCP_PM_CMD_DEL_ADDR = 2;
    internal const byte MPTCP_PM_CMD_GET_ADDR = 3;
    internal const byte MPTCP_PM_CMD_FLUSH_ADDRS = 4;
    internal const byte MPTCP_PM_CMD_SET_LIMITS = 5;
    internal const byte MPTCP_PM_CMD_GET_LIMITS = 6;
    internal const byte MPTCP_PM_CMD_SET_FLAGS = 7;
    internal const byte MPTCP_PM_CMD_ANNOUNCE = 8;
    internal const byte MPTCP_PM_CMD_REMOVE = 9;
    internal const byte MPTCP_PM_CMD_SUBFLOW_CREATE = 10;
    internal const byte MPTCP_PM_CMD_SUBFLOW_DESTROY = 11;
    internal const ushort MPTCP_PM_ATTR_ADDR = 1;
    internal const ushort MPTCP_PM_ATTR_RCV_ADD_ADDRS = 2;
    internal const ushort MPTCP_PM_ATTR_SUBFLOWS = 3;
    internal const ushort MPTCP_PM_ATTR_TOKEN = 4;
    internal const ushort MPTCP_PM_ATTR_LOC_ID = 5;
    internal const ushort MPTCP_PM_ATTR_ADDR_REMOTE = 6;
    internal const ushort MPTCP_PM_ADDR_ATTR_FAMILY = 1;
    internal const ushort MPTCP_PM_ADDR_ATTR_ID = 2;
    internal const ushort MPTCP_PM_ADDR_ATTR_ADDR4 = 3;
    internal const ushort MPTCP_PM_ADDR_ATTR_ADDR6 = 4;
    internal const ushort MPTCP_PM_ADDR_ATTR_PORT = 5;
    internal const ushort MPTCP_PM_ADDR_ATTR_FLAGS = 6;
    internal const ushort MPTCP_PM_ADDR_ATTR_IF_IDX = 7;
    internal const uint MPTCP_PM_ADDR_FLAG_SUBFLOW = 2;
    internal const uint MPTCP_PM_ADDR_FLAG_BACKUP = 4;
    internal const uint MPTCP_PM_ADDR_FLAG_FULLMESH = 8;
    internal const byte MPTCP_EVENT_CREATED = 1;
    internal const byte MPTCP_EVENT_ESTABLISHED = 2;
    internal const byte MPTCP_EVENT_CLOSED = 3;
    internal const byte MPTCP_EVENT_ANNOUNCED = 6;
    internal const byte MPTCP_EVENT_REMOVED = 7;
    internal const byte MPTCP_EVENT_SUB_ESTABLISHED = 10;
    internal const byte MPTCP_EVENT_SUB_CLOSED = 11;
    internal const byte MPTCP_EVENT_SUB_PRIORITY = 13;
    internal const byte MPTCP_EVENT_LISTENER_CREATED = 15;
    internal const byte MPTCP_EVENT_LISTENER_CLOSED = 16;
    internal const ushort MPTCP_ATTR_TOKEN = 1;
    internal const ushort MPTCP_ATTR_LOC_ID = 3;
    internal const ushort MPTCP_ATTR_REM_ID = 4;
    internal const ushort MPTCP_ATTR_SADDR4 = 5;
    internal const ushort MPTCP_ATTR_SADDR6 = 6;
    internal const ushort MPTCP_ATTR_DADDR4 = 7;
    internal const ushort MPTCP_ATTR_DADDR6 = 8;
    internal const ushort MPTCP_ATTR_SPORT = 9;
    internal const ushort MPTCP_ATTR_DPORT = 10;
    internal const ushort MPTCP_ATTR_BACKUP = 11;
    internal const ushort MPTCP_ATTR_ERROR = 12;
    internal const ushort MPTCP_ATTR_FLAGS = 13;
    internal const ushort MPTCP_ATTR_IF_IDX = 15;
    internal const ushort MPTCP_ATTR_RESET_REASON = 16;
    internal const ushort MPTCP_ATTR_RESET_FLAGS = 17;
    internal const ushort MPTCP_ATTR_SERVER_SIDE = 18;
    internal const ushort MPTCP_PM_EV_FLAG_DENY_JOIN_ID0 = 1;
    internal const ushort MPTCP_PM_EV_FLAG_SERVER_SIDE = 2;

    // linux/sock_diag.h, linux/inet_diag.h
    internal const ushort SOCK_DIAG_BY_FAMILY = 20;
    internal const ushort INET_DIAG_REQ_PROTOCOL = 3;
    internal const ushort INET_DIAG_INFO = 2;
    internal const ushort INET_DIAG_MARK = 15;
    internal const ushort INET_DIAG_ULP_INFO = 19;
    internal const ushort INET_ULP_INFO_MPTCP = 3;

    // linux/mptcp.h: the attributes of a subflow in inet_diag
    internal const ushort MPTCP_SUBFLOW_ATTR_TOKEN_REM = 1;
    internal const ushort MPTCP_SUBFLOW_ATTR_TOKEN_LOC = 2;
    internal const ushort MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ = 3;
    internal const ushort MPTCP_SUBFLOW_ATTR_MAP_SEQ = 4;
    internal const ushort MPTCP_SUBFLOW_ATTR_MAP_SFSEQ = 5;
    internal const ushort MPTCP_SUBFLOW_ATTR_SSN_OFFSET = 6;
    internal const ushort MPTCP_SUBFLOW_ATTR_MAP_DATALEN = 7;
    internal const ushort MPTCP_SUBFLOW_ATTR_FLAGS = 8;
    internal const ushort MPTCP_SUBFLOW_ATTR_ID_REM = 9;
    internal const ushort MPTCP_SUBFLOW_ATTR_ID_LOC = 10;

    // linux/sched.h
    internal const int CLONE_NEWNET = 0x40000000;
}
