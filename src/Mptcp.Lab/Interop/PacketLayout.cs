using System.Runtime.InteropServices;

namespace Mptcp.Lab.Interop;

#pragma warning disable CS8981 // the kernel's names are lower-case

/// <summary>The structures of packet(7), poll(2) and netdevice(7).</summary>
static class PacketLayout
{
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct sockaddr_ll
    {
        internal ushort sll_family;
        internal ushort sll_protocol;
        internal int sll_ifindex;
        internal ushort sll_hatype;
        internal byte sll_pkttype;
        internal byte sll_halen;
        internal fixed byte sll_addr[8];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct pollfd
    {
        internal int fd;
        internal short events;
        internal short revents;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct timespec
    {
        internal nint tv_sec;
        internal nint tv_nsec;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ethtool_value
    {
        internal uint cmd;
        internal uint data;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ifreq
    {
        internal fixed byte ifr_name[16];
        internal void* ifr_data;
        internal fixed byte rest[16]; // of a union
    }
}
