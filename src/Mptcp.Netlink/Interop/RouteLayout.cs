namespace Mptcp.Netlink.Interop;

#pragma warning disable CS8981 // the kernel's names are lower-case

/// <summary>Where rtnetlink's structures have their fields, as <see cref="NetlinkLayout"/>.</summary>
static class RouteLayout
{
    /// <summary>linux/rtnetlink.h.</summary>
    internal static class ifinfomsg
    {
        internal const int Size = 16;

        internal const int ifi_index = 4;
        internal const int ifi_flags = 8;
    }

    /// <summary>linux/if_addr.h.</summary>
    internal static class ifaddrmsg
    {
        internal const int Size = 8;

        internal const int ifa_family = 0;
        internal const int ifa_flags = 2;
        internal const int ifa_scope = 3;
        internal const int ifa_index = 4;
    }
}
