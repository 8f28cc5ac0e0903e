using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Interop;

#pragma warning disable CS8981 // the kernel's names are lower-case

/// <summary>Offsets of the fields of rtnetlink's structures, as in <see cref="NetlinkLayout"/>.</summary>
static class RouteLayout
{
    /// <summary>linux/rtnetlink.h.</summary>
    internal static class ifinfomsg
    {
        internal const int Size = 16;

        internal const int ifi_family = 0;
        internal const int ifi_index = 4;
        internal const int ifi_flags = 8;
    }

    /// <summary>linux/if_addr.h.</summary>
    internal static class ifaddrmsg
    {
        internal const int Size = 8;

        internal const int ifa_family = 0;
        internal const int ifa_prefixlen = 1;
        internal const int ifa_flags = 2;
        internal const int ifa_scope = 3;
        internal const int ifa_index = 4;
    }

    /// <summary>linux/rtnetlink.h.</summary>
    internal static class rtmsg
    {
        internal const int Size = 12;

        internal const int rtm_family = 0;
        internal const int rtm_dst_len = 1;
        internal const int rtm_src_len = 2;
        internal const int rtm_table = 4;
        internal const int rtm_protocol = 5;
        internal const int rtm_scope = 6;
        internal const int rtm_type = 7;
        internal const int rtm_flags = 8;
    }

    /// <summary>linux/rtnetlink.h.</summary>
    internal static class rtnexthop
    {
        internal const int Size = 8;

        internal const int rtnh_len = 0;
        internal const int rtnh_ifindex = 4;
    }

    /// <summary>linux/fib_rules.h.</summary>
    internal static class fib_rule_hdr
    {
        internal const int Size = 12;

        internal const int family = 0;
        internal const int dst_len = 1;
        internal const int src_len = 2;
        internal const int table = 4;
        internal const int action = 7;
        internal const int flags = 8;
    }

    /// <summary>linux/netconf.h.</summary>
    internal static class netconfmsg
    {
        internal const int Size = 1;

        internal const int ncm_family = 0;
    }
}
