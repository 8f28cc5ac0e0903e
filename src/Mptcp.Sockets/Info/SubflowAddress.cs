using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>
/// An address and port that need no object. An IPv4-mapped IPv6 address, as on every dual-mode socket, counts as the IPv4 address.
/// </summary>
readonly record struct SubflowAddress
{
    const int IPv4Length = 4, IPv6Length = 16;
    const ulong MappedPrefix = 0xFFFF; // of ::ffff:0:0/96, between the first eight bytes, which are 0, and the IPv4 address

    readonly ulong _high;
    readonly ulong _low;
    readonly uint _scope;
    readonly ushort _port;
    readonly bool _isIPv6;

    SubflowAddress(uint ipv4, ushort port)
    {
        _low = ipv4;
        _port = port;
    }

    SubflowAddress(ulong high, ulong low, uint scope, ushort port)
    {
        _high = high;
        _low = low;
        _scope = scope;
        _port = port;
        _isIPv6 = true;
    }

    /// <summary>Reads a <c>struct sockaddr_storage</c>, which may be shorter than usual.</summary>
    internal static SubflowAddress Parse(ReadOnlySpan<byte> address)
    {
        int family = address.Length >= sizeof(ushort) ? MemoryMarshal.Read<ushort>(address) : 0;
        if (family == AF_INET && address.Length >= sockaddr_in.sin_addr + IPv4Length)
            return FromIPv4(address[sockaddr_in.sin_addr..], BinaryPrimitives.ReadUInt16BigEndian(address[sockaddr_in.sin_port..]));

        if (family != AF_INET6 || address.Length < sockaddr_in6.sin6_scope_id + sizeof(uint))
            throw new InvalidDataException($"The kernel sent a subflow address of family {family} in {address.Length} bytes.");

        return FromIPv6(
            address[sockaddr_in6.sin6_addr..], BinaryPrimitives.ReadUInt16BigEndian(address[sockaddr_in6.sin6_port..]),
            MemoryMarshal.Read<uint>(address[sockaddr_in6.sin6_scope_id..]));
    }

    /// <param name="address">At least four bytes.</param>
    /// <param name="port">The port.</param>
    internal static SubflowAddress FromIPv4(ReadOnlySpan<byte> address, ushort port) => new(BinaryPrimitives.ReadUInt32BigEndian(address), port);

    /// <param name="address">At least 16 bytes.</param>
    /// <param name="port">The port.</param>
    /// <param name="scope">The index of the interface of a link-local address; otherwise, 0.</param>
    internal static SubflowAddress FromIPv6(ReadOnlySpan<byte> address, ushort port, uint scope)
    {
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(address), low = BinaryPrimitives.ReadUInt64BigEndian(address[sizeof(ulong)..]);
        return high == 0 && low >> 32 == MappedPrefix ? new SubflowAddress((uint)low, port) : new SubflowAddress(high, low, scope, port);
    }

    internal IPEndPoint ToEndPoint()
    {
        Span<byte> address = stackalloc byte[IPv6Length];
        if (!_isIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address, (uint)_low);
            return new IPEndPoint(new IPAddress(address[..IPv4Length]), _port);
        }

        BinaryPrimitives.WriteUInt64BigEndian(address, _high);
        BinaryPrimitives.WriteUInt64BigEndian(address[sizeof(ulong)..], _low);
        return new IPEndPoint(new IPAddress(address, _scope), _port);
    }
}
