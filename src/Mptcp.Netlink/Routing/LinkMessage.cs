using System.Runtime.InteropServices;
using Mptcp.Netlink.Transport;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;

namespace Mptcp.Netlink.Routing;

/// <summary>What rtnetlink says of a network interface: <c>RTM_NEWLINK</c>.</summary>
readonly record struct LinkMessage(int Index, string Name, uint Flags)
{
    /// <summary>Up, and no loopback.</summary>
    internal bool IsUp => (Flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP;

    /// <summary>With a carrier, as far as its driver says so.</summary>
    internal bool IsRunning => (Flags & IFF_RUNNING) != 0;

    /// <exception cref="InvalidDataException">It has no name, or too few bytes of something.</exception>
    internal static LinkMessage Parse(NetlinkMessage message)
    {
        ReadOnlySpan<byte> header = message.Header(ifinfomsg.Size);
        int index = MemoryMarshal.Read<int>(header[ifinfomsg.ifi_index..]);
        foreach (NetlinkAttribute attribute in message.AttributesBehind(ifinfomsg.Size))
        {
            if (attribute.Type == IFLA_IFNAME)
                return new LinkMessage(index, attribute.Text, MemoryMarshal.Read<uint>(header[ifinfomsg.ifi_flags..]));
        }

        throw new InvalidDataException($"The kernel has given network interface {index} without a name.");
    }
}
