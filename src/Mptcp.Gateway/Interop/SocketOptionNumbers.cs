namespace Mptcp.Gateway.Interop;

/// <summary>Socket options of Linux that .NET has no name for: linux/in.h, linux/in6.h and linux/netfilter_ipv4.h.</summary>
static class SocketOptionNumbers
{
    internal const int SOL_IP = 0, SOL_IPV6 = 41;
    internal const int IP_TRANSPARENT = 19, IPV6_TRANSPARENT = 75;
    internal const int SO_ORIGINAL_DST = 80; // and IP6T_SO_ORIGINAL_DST

    internal const int EPERM = 1;
}
