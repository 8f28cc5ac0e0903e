using System.Runtime.InteropServices;

namespace Mptcp.Lab.Interop;

#pragma warning disable CS8981 // the kernel's names are lower-case

/// <summary>The structures of rtnetlink(7).</summary>
static class RouteLayout
{
    internal const int Alignment = 4; // NLMSG_ALIGNTO, NLA_ALIGNTO

    internal static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    [StructLayout(LayoutKind.Sequential)]
    internal struct nlmsghdr
    {
        internal uint nlmsg_len;
        internal ushort nlmsg_type;
        internal ushort nlmsg_flags;
        internal uint nlmsg_seq;
        internal uint nlmsg_pid;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct nlattr
    {
        internal ushort nla_len;
        internal ushort nla_type;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ifinfomsg
    {
        internal byte ifi_family;
        internal byte pad;
        internal ushort ifi_type;
        internal int ifi_index;
        internal uint ifi_flags;
        internal uint ifi_change;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ifaddrmsg
    {
        internal byte ifa_family;
        internal byte ifa_prefixlen;
        internal byte ifa_flags;
        internal byte ifa_scope;
        internal int ifa_index;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct rtmsg
    {
        internal byte rtm_family;
        internal byte rtm_dst_len;
        internal byte rtm_src_len;
        internal byte rtm_tos;
        internal byte rtm_table;
        internal byte rtm_protocol;
        internal byte rtm_scope;
        internal byte rtm_type;
        internal uint rtm_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ndmsg
    {
        internal byte ndm_family;
        internal byte pad1;
        internal ushort pad2;
        internal int ndm_ifindex;
        internal ushort ndm_state;
        internal byte ndm_flags;
        internal byte ndm_type;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct fib_rule_hdr
    {
        internal byte family;
        internal byte dst_len;
        internal byte src_len;
        internal byte tos;
        internal byte table;
        internal byte res1;
        internal byte res2;
        internal byte action;
        internal uint flags;
    }
}
