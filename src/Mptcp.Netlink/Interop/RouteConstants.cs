namespace Mptcp.Netlink.Interop;

/// <summary>Numbers of rtnetlink under their own names, as <see cref="NetlinkConstants"/>.</summary>
static class RouteConstants
{
    // linux/rtnetlink.h
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_GETADDR = 22;
    internal const int RTNLGRP_LINK = 1;
    internal const int RTNLGRP_IPV4_IFADDR = 5;
    internal const int RTNLGRP_IPV6_IFADDR = 9;
    internal const byte RT_SCOPE_UNIVERSE = 0;
    internal const byte RT_SCOPE_SITE = 200;
    internal const uint RTEXT_FILTER_SKIP_STATS = 8;

    // linux/if.h, linux/if_link.h
    internal const uint IFF_UP = 1;
    internal const uint IFF_LOOPBACK = 8;
    internal const uint IFF_RUNNING = 0x40;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_EXT_MASK = 29;

    // linux/if_addr.h
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_FLAGS = 8;
    internal const uint IFA_F_TEMPORARY = 1; // of IPv6; of IPv4, it is IFA_F_SECONDARY
    internal const uint IFA_F_DADFAILED = 8;
    internal const uint IFA_F_DEPRECATED = 0x20;
    internal const uint IFA_F_TENTATIVE = 0x40;
}
