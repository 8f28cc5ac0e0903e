using System.Net;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Info;

/// <summary>One of the host's MPTCP endpoints, with the values that connecting needs.</summary>
/// <param name="Address">The address that connections may use.</param>
/// <param name="OpensSubflows">Whether this host opens subflows from it: flag <c>subflow</c> or <c>fullmesh</c>.</param>
/// <param name="IsBackup">Whether it is a backup.</param>
readonly record struct HostEndpoint(IPAddress Address, bool OpensSubflows, bool IsBackup)
{
    /// <summary>Parses a message of the kernel's list; returns null if it is not an endpoint of IPv4 or IPv6.</summary>
    /// <exception cref="InvalidDataException">A length in the message is wrong.</exception>
    internal static HostEndpoint? Parse(NetlinkMessage message)
    {
        foreach (NetlinkAttribute attribute in message.GenericAttributes)
        {
            if (attribute.Type == MPTCP_PM_ATTR_ADDR)
                return Parse(attribute.Nested);
        }

        return null;
    }

    static HostEndpoint? Parse(NetlinkAttributes attributes)
    {
        (IPAddress? address, uint? flags) = (null, null);
        foreach (NetlinkAttribute attribute in attributes)
        {
            switch (attribute.Type)
            {
                case MPTCP_PM_ADDR_ATTR_ADDR4 or MPTCP_PM_ADDR_ATTR_ADDR6:
                    address = AddressParser.Parse(attribute, isIPv6: attribute.Type == MPTCP_PM_ADDR_ATTR_ADDR6);
                    break;
                case MPTCP_PM_ADDR_ATTR_FLAGS:
                    flags = attribute.UInt32;
                    break;
            }
        }

        return address is null || flags is null
            ? null
            : new(address, (flags & (MPTCP_PM_ADDR_FLAG_SUBFLOW | MPTCP_PM_ADDR_FLAG_FULLMESH)) != 0, (flags & MPTCP_PM_ADDR_FLAG_BACKUP) != 0);
    }
}
