using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>Writes an address in the form of the path manager: <c>MPTCP_PM_ADDR_ATTR_*</c>, inside one attribute.</summary>
static class AddressWriter
{
    const int LongestAddress = 16;

    /// <summary>Writes only the id. With an address family, the kernel would expect an address, too.</summary>
    internal static void WriteId(ref NetlinkMessageWriter writer, byte id, MptcpEndpointFlags? flags = null)
    {
        int nest = writer.BeginNest(MPTCP_PM_ATTR_ADDR);
        writer.Byte(MPTCP_PM_ADDR_ATTR_ID, id);
        if (flags is not null)
            writer.UInt32(MPTCP_PM_ADDR_ATTR_FLAGS, (uint)flags);

        writer.EndNest(nest);
    }

    /// <param name="writer">The writer.</param>
    /// <param name="type"><c>MPTCP_PM_ATTR_ADDR</c> or <c>MPTCP_PM_ATTR_ADDR_REMOTE</c>.</param>
    /// <param name="address">The address, of either family.</param>
    /// <param name="port">The port; 0 for none.</param>
    /// <param name="id">The id; 0 for none.</param>
    /// <param name="flags">The flags; null for none.</param>
    /// <param name="interfaceIndex">The index of the interface; 0 for none.</param>
    internal static void Write(
        ref NetlinkMessageWriter writer, ushort type, IPAddress address, int port = 0, byte id = 0, MptcpEndpointFlags? flags = null,
        int interfaceIndex = 0)
    {
        Span<byte> bytes = stackalloc byte[LongestAddress];
        address.TryWriteBytes(bytes, out int length);
        bool isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        int nest = writer.BeginNest(type);
        writer.UInt16(MPTCP_PM_ADDR_ATTR_FAMILY, (ushort)(isIPv6 ? AF_INET6 : AF_INET));
        writer.Bytes(isIPv6 ? MPTCP_PM_ADDR_ATTR_ADDR6 : MPTCP_PM_ADDR_ATTR_ADDR4, bytes[..length]);
        if (id != 0)
            writer.Byte(MPTCP_PM_ADDR_ATTR_ID, id);

        if (port != 0)
            writer.UInt16(MPTCP_PM_ADDR_ATTR_PORT, (ushort)port); // in the byte order of the host, unlike all others

        if (flags is not null)
            writer.UInt32(MPTCP_PM_ADDR_ATTR_FLAGS, (uint)flags);

        if (interfaceIndex != 0)
            writer.Int32(MPTCP_PM_ADDR_ATTR_IF_IDX, interfaceIndex);

        writer.EndNest(nest);
    }
}
