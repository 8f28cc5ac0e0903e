using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.EndpointConstants;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>One of the host's MPTCP endpoints, as far as connecting needs it.</summary>
/// <param name="Address">The address that connections may use.</param>
/// <param name="OpensSubflows">Whether this host opens subflows from it: flag <c>subflow</c> or <c>fullmesh</c>.</param>
/// <param name="IsBackup">Whether it is a backup.</param>
readonly record struct HostEndpoint(IPAddress Address, bool OpensSubflows, bool IsBackup);

/// <summary>From a message of the kernel's list of endpoints to an endpoint.</summary>
static class EndpointParser
{
    const int IPv4Length = 4, IPv6Length = 16;

    /// <summary>Null where the message is not an endpoint of IPv4 or IPv6.</summary>
    internal static HostEndpoint? Parse(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> endpoint = NetlinkAttributes.Find(message, MPTCP_PM_ATTR_ADDR);
        ReadOnlySpan<byte> flagBytes = NetlinkAttributes.Find(endpoint, MPTCP_PM_ADDR_ATTR_FLAGS);
        ReadOnlySpan<byte> family = NetlinkAttributes.Find(endpoint, MPTCP_PM_ADDR_ATTR_FAMILY);
        if (flagBytes.Length < sizeof(uint) || family.Length < sizeof(ushort))
            return null;

        (ushort type, int length) = MemoryMarshal.Read<ushort>(family) == AF_INET6 ? (MPTCP_PM_ADDR_ATTR_ADDR6, IPv6Length) : (MPTCP_PM_ADDR_ATTR_ADDR4, IPv4Length);
        ReadOnlySpan<byte> address = NetlinkAttributes.Find(endpoint, type);
        if (address.Length < length)
            return null;

        uint flags = MemoryMarshal.Read<uint>(flagBytes);
        return new(
            new IPAddress(address[..length]),
            (flags & (MPTCP_PM_ADDR_FLAG_SUBFLOW | MPTCP_PM_ADDR_FLAG_FULLMESH)) != 0,
            (flags & MPTCP_PM_ADDR_FLAG_BACKUP) != 0);
    }
}
