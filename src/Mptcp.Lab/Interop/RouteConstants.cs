namespace Mptcp.Lab.Interop;

/// <summary>
/// The numbers of rtnetlink(7), from linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h and
/// linux/fib_rules.h.
/// </summary>
static class RouteConstants
{
    internal const byte AF_INET = 2, AF_INET6 = 10;
    internal const int AF_NETLINK = 16, SOCK_RAW = 3, SOCK_CLOEXEC = 0x80000, NETLINK_ROUTE = 0;
    internal const int SOL_NETLINK = 270, NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11;

    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLM_F_REQUEST = 1, NLM_F_ACK = 4, NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400;
    internal const ushort NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200;
    internal const ushort NLA_F_NESTED = 0x8000, NLMSGERR_ATTR_MSG = 1;

    internal const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17, RTM_GETLINK = 18, RTM_NEWADDR = 20, RTM_DELADDR = 21;
    internal const ushort RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_NEWNEIGH = 28, RTM_DELNEIGH = 29, RTM_NEWRULE = 32, RTM_DELRULE = 33;

    internal const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_QDISC = 6, IFLA_OPERSTATE = 16, IFLA_LINKINFO = 18, IFLA_NET_NS_FD = 28;
    internal const ushort IFLA_GSO_MAX_SEGS = 40, IFLA_INFO_KIND = 1, IFLA_INFO_DATA = 2, VETH_INFO_PEER = 1;
    internal const uint IFF_UP = 1;
    internal const byte IF_OPER_UP = 6;

    internal const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_FLAGS = 8;
    internal const uint IFA_F_NODAD = 0x02, IFA_F_MANAGETEMPADDR = 0x100;

    internal const ushort RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_TABLE = 15;
    internal const byte RTN_UNICAST = 1, RTN_UNREACHABLE = 7, RTPROT_BOOT = 3, RT_SCOPE_NOWHERE = 255;
    internal const uint RT_TABLE_MAIN = 254;

    internal const ushort NDA_DST = 1, NDA_LLADDR = 2, NUD_PERMANENT = 0x80;

    internal const ushort FRA_SRC = 2, FRA_PRIORITY = 6, FRA_SUPPRESS_PREFIXLEN = 14, FRA_TABLE = 15;
    internal const byte FR_ACT_TO_TBL = 1;

    internal const int ENOENT = 2, ESRCH = 3, EEXIST = 17, ENODEV = 19; // asm-generic/errno-base.h
}
