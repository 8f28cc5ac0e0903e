using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Interop;

/// <summary>The numbers of rtnetlink under their own names, as in <see cref="NetlinkConstants"/>.</summary>
static class RouteConstants
{
    // linux/rtnetlink.h
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_DELADDR = 21;
    internal const ushort RTM_GETADDR = 22;
    internal const ushort RTM_NEWROUTE = 24;
    internal const ushort RTM_DELROUTE = 25;
    internal const ushort RTM_GETROUTE = 26;
    internal const ushort RTM_NEWRULE = 32;
    internal const ushort RTM_DELRULE = 33;
    internal const ushort RTM_GETRULE = 34;
    internal const int RTNLGRP_LINK = 1;
    internal const int RTNLGRP_IPV4_IFADDR = 5;
    internal const int RTNLGRP_IPV4_ROUTE = 7;
    internal const int RTNLGRP_IPV4_RULE = 8;
    internal const int RTNLGRP_IPV6_IFADDR = 9;
    internal const int RTNLGRP_IPV6_ROUTE = 11;
    internal const int RTNLGRP_IPV6_RULE = 19;
    internal const ushort RTM_NEWNETCONF = 80;
    internal const ushort RTM_GETNETCONF = 82;
    internal const uint RTM_F_CLONED = 0x200;
    internal const uint RTM_F_FIB_MATCH = 0x2000;
    internal const byte RTN_UNICAST = 1;
    internal const ushort RTA_DST = 1;
    internal const ushort RTA_SRC = 2;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_GATEWAY = 5;
    internal const ushort RTA_PRIORITY = 6;
    internal const ushort RTA_PREFSRC = 7;
    internal const ushort RTA_MULTIPATH = 9;
    internal const ushort RTA_TABLE = 15;
    internal const ushort RTA_VIA = 18;
    internal const byte RT_SCOPE_UNIVERSE = 0;
    internal const byte RT_SCOPE_SITE = 200;
    internal const byte RT_SCOPE_LINK = 253;
    internal const byte RT_SCOPE_NOWHERE = 255;
    internal const uint RTNH_F_ONLINK = 4;
    internal const uint RTEXT_FILTER_SKIP_STATS = 8;

    // linux/if.h, linux/if_link.h
    internal const int AF_BRIDGE = 7;
    internal const uint IFF_UP = 1;
    internal const uint IFF_LOOPBACK = 8;
    internal const uint IFF_RUNNING = 0x40;
    internal const uint IFF_LOWER_UP = 0x10000;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_EXT_MASK = 29;

    // linux/if_addr.h
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_FLAGS = 8;
    internal const uint IFA_F_TEMPORARY = 1; // for IPv6; for IPv4, the bit is IFA_F_SECONDARY
    internal const uint IFA_F_DADFAILED = 8;
    internal const uint IFA_F_DEPRECATED = 0x20;
    internal const uint IFA_F_TENTATIVE = 0x40;

    // linux/fib_rules.h
    internal const ushort FRA_DST = 1;
    internal const ushort FRA_SRC = 2;
    internal const ushort FRA_IIFNAME = 3;
    internal const ushort FRA_PRIORITY = 6;
    internal const ushort FRA_FWMARK = 10;
    internal const ushort FRA_SUPPRESS_PREFIXLEN = 14;
    internal const ushort FRA_TABLE = 15;
    internal const ushort FRA_OIFNAME = 17;
    internal const ushort FRA_PROTOCOL = 21;
    internal const uint FIB_RULE_INVERT = 2;

    // linux/netconf.h
    internal const ushort NETCONFA_IFINDEX = 1;
    internal const ushort NETCONFA_RP_FILTER = 3;
    internal const int NETCONFA_IFINDEX_ALL = -1;
}
