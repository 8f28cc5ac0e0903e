namespace Mptcp.Sockets.Interop;

#pragma warning disable CS8981 // the kernel's names are lower-case

/// <summary>
/// Offsets of the fields that this library uses in netlink's structures, in bytes, under the kernel's names. The same on all systems.
/// </summary>
static class NetlinkLayout
{
    /// <summary>Messages and attributes begin at multiples of this.</summary>
    internal const int Alignment = 4;

    internal static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    /// <summary>linux/netlink.h.</summary>
    internal static class sockaddr_nl
    {
        internal const int Size = 12;

        internal const int nl_family = 0;
        internal const int nl_pid = 4;
        internal const int nl_groups = 8;
    }

    /// <summary>linux/netlink.h.</summary>
    internal static class nlmsghdr
    {
        internal const int Size = 16;

        internal const int nlmsg_len = 0;
        internal const int nlmsg_type = 4;
        internal const int nlmsg_flags = 6;
        internal const int nlmsg_seq = 8;
        internal const int nlmsg_pid = 12;
    }

    /// <summary>linux/netlink.h.</summary>
    internal static class nlattr
    {
        internal const int Size = 4;

        internal const int nla_len = 0;
        internal const int nla_type = 2;
    }

    /// <summary>linux/genetlink.h.</summary>
    internal static class genlmsghdr
    {
        internal const int Size = 4;

        internal const int cmd = 0;
        internal const int version = 1;
    }

    /// <summary>linux/inet_diag.h.</summary>
    internal static class inet_diag_req_v2
    {
        internal const int Size = 56;

        internal const int sdiag_family = 0;
        internal const int sdiag_protocol = 1;
        internal const int idiag_ext = 2;
        internal const int idiag_states = 4;
        internal const int id = 8;
    }

    /// <summary>linux/inet_diag.h; ports and addresses are in network order.</summary>
    internal static class inet_diag_sockid
    {
        internal const int Size = 48;

        internal const int idiag_sport = 0;
        internal const int idiag_dport = 2;
        internal const int idiag_src = 4;
        internal const int idiag_dst = 20;
        internal const int idiag_if = 36;
        internal const int idiag_cookie = 40;
    }

    /// <summary>linux/inet_diag.h.</summary>
    internal static class inet_diag_msg
    {
        internal const int Size = 72;

        internal const int idiag_family = 0;
        internal const int idiag_state = 1;
        internal const int id = 4;
        internal const int idiag_rqueue = 56;
        internal const int idiag_wqueue = 60;
        internal const int idiag_uid = 64;
        internal const int idiag_inode = 68;
    }

    /// <summary>linux/if.h.</summary>
    internal static class ifreq
    {
        internal const int Size = 40;

        internal const int ifr_name = 0;
        internal const int ifr_ifindex = 16;
    }
}
