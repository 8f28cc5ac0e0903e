namespace Mptcp.Lab.Interop;

/// <summary>The numbers of packet(7), poll(2), eventfd(2) and netdevice(7).</summary>
static class PacketConstants
{
    internal const int AF_PACKET = 17, SOL_PACKET = 263, PACKET_IGNORE_OUTGOING = 23, SOCK_NONBLOCK = 0x800;
    internal const ushort ETH_P_ALL = 3;
    internal const int SOL_SOCKET = 1, SO_RCVBUFFORCE = 33, SO_SNDBUFFORCE = 32;

    internal const short POLLIN = 1;
    internal const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;

    internal const nuint SIOCETHTOOL = 0x8946, SIOCGSTAMPNS = 0x8907;
    internal const uint ETHTOOL_STXCSUM = 0x17;
}
