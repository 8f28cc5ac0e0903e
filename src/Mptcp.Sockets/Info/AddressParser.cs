using System.Net;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>The value of an attribute → an address; IPv4 where the kernel's is mapped into IPv6, as all of a dual-mode socket's are.</summary>
static class AddressParser
{
    const int IPv4Length = 4, IPv6Length = 16;

    internal static IPAddress Parse(NetlinkAttribute attribute, bool isIPv6)
    {
        int length = isIPv6 ? IPv6Length : IPv4Length;
        if (attribute.Value.Length < length)
            throw new InvalidDataException($"The kernel has given an address in {attribute.Value.Length} bytes; there should be {length}.");

        var address = new IPAddress(attribute.Value[..length]);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
