using System.Net;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>Parses messages of the path manager into endpoints and limits.</summary>
static class EndpointParser
{
    /// <summary>Reads one endpoint. The kernel does not send the name of its interface.</summary>
    /// <exception cref="InvalidDataException">The endpoint has no address, or an invalid one.</exception>
    internal static MptcpEndpoint Parse(NetlinkMessage message)
    {
        foreach (NetlinkAttribute attribute in message.GenericAttributes)
        {
            if (attribute.Type == MPTCP_PM_ATTR_ADDR)
                return ParseAddress(attribute.Nested);
        }

        throw new InvalidDataException("The kernel sent an endpoint without an address.");
    }

    /// <exception cref="InvalidDataException">A limit is missing.</exception>
    internal static MptcpLimits ParseLimits(NetlinkMessage message)
    {
        (uint? subflows, uint? addresses) = (null, null);
        foreach (NetlinkAttribute attribute in message.GenericAttributes)
        {
            switch (attribute.Type)
            {
                case MPTCP_PM_ATTR_SUBFLOWS:
                    subflows = attribute.UInt32;
                    break;
                case MPTCP_PM_ATTR_RCV_ADD_ADDRS:
                    addresses = attribute.UInt32;
                    break;
            }
        }

        return subflows is <= int.MaxValue && addresses is <= int.MaxValue
            ? new MptcpLimits((int)subflows, (int)addresses)
            : throw new InvalidDataException($"The kernel sent invalid limits: {subflows} and {addresses}.");
    }

    static MptcpEndpoint ParseAddress(NetlinkAttributes attributes)
    {
        IPAddress? address = null;
        (ushort port, byte id, uint flags, int interfaceIndex) = (0, 0, 0, 0);
        foreach (NetlinkAttribute attribute in attributes)
        {
            switch (attribute.Type)
            {
                case MPTCP_PM_ADDR_ATTR_ADDR4 or MPTCP_PM_ADDR_ATTR_ADDR6:
                    address = AddressParser.Parse(attribute, isIPv6: attribute.Type == MPTCP_PM_ADDR_ATTR_ADDR6);
                    break;
                case MPTCP_PM_ADDR_ATTR_PORT:
                    port = attribute.UInt16;
                    break;
                case MPTCP_PM_ADDR_ATTR_ID:
                    id = attribute.Byte;
                    break;
                case MPTCP_PM_ADDR_ATTR_FLAGS:
                    flags = attribute.UInt32;
                    break;
                case MPTCP_PM_ADDR_ATTR_IF_IDX:
                    interfaceIndex = attribute.Int32;
                    break;
            }
        }

        return new MptcpEndpoint(
            address ?? throw new InvalidDataException("The kernel sent an endpoint without an address."), (MptcpEndpointFlags)flags)
        {
            Port = port,
            Id = id,
            InterfaceIndex = interfaceIndex,
        };
    }
}
