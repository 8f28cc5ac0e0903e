using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;

namespace Mptcp.Netlink.Routing;

/// <summary>A message of rtnetlink about a network interface: <c>RTM_NEWLINK</c>, <c>RTM_DELLINK</c>.</summary>
/// <param name="Index">The index of the interface.</param>
/// <param name="Name">The name of the interface.</param>
/// <param name="Flags">The flags of netdevice(7).</param>
/// <param name="Mtu">The size of the largest packet in bytes; null if the kernel does not report it.</param>
/// <param name="IsOfBridge">Whether the message is about a port of a bridge, and not about the interface itself.</param>
readonly record struct LinkMessage(int Index, string Name, uint Flags, int? Mtu = null, bool IsOfBridge = false)
{
    internal bool IsUp => (Flags & IFF_UP) != 0;

    internal bool IsLoopback => (Flags & IFF_LOOPBACK) != 0;

    /// <summary>
    /// Whether the driver reports a carrier. It changes earlier than <see cref="IsRunning"/>, which the kernel derives from it.
    /// </summary>
    internal bool HasCarrier => (Flags & IFF_LOWER_UP) != 0;

    /// <summary>Whether the interface can pass packets, for example after a login to the network (802.1X).</summary>
    internal bool IsRunning => (Flags & IFF_RUNNING) != 0;

    /// <exception cref="InvalidDataException">The message has no name, or too few bytes.</exception>
    internal static LinkMessage Parse(NetlinkMessage message)
    {
        ReadOnlySpan<byte> header = message.Header(ifinfomsg.Size);
        bool isOfBridge = header[ifinfomsg.ifi_family] == AF_BRIDGE;
        int index = MemoryMarshal.Read<int>(header[ifinfomsg.ifi_index..]);
        (string? name, int? mtu) = (null, null);
        foreach (NetlinkAttribute attribute in message.AttributesBehind(ifinfomsg.Size))
        {
            if (attribute.Type == IFLA_IFNAME)
                name = attribute.Text;
            else if (attribute.Type == IFLA_MTU)
                mtu = attribute.Int32;
        }

        return name is not null
            ? new LinkMessage(index, name, MemoryMarshal.Read<uint>(header[ifinfomsg.ifi_flags..]), mtu, isOfBridge)
            : throw new InvalidDataException($"The kernel sent network interface {index} without a name.");
    }
}
