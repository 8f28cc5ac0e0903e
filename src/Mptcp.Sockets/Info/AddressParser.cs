using System.Net;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Parses the value of an attribute. An IPv4-mapped IPv6 address, as on every dual-mode socket, is returned as the IPv4 address.
/// </summary>
static class AddressParser
{
    const int IPv4Length = 4, IPv6Length = 16;

    internal static IPAddress Parse(NetlinkAttribute attribute, bool isIPv6)
    {
        int length = isIPv6 ? IPv6Length : IPv4Length;
        if (attribute.Value.Length < length)
            throw new InvalidDataException($"The kernel sent an address of {attribute.Value.Length} bytes instead of {length}.");

        var address = new IPAddress(attribute.Value[..length]);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
