using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Info;

/// <summary>The part of an inet_diag message that all sockets have: <c>struct inet_diag_msg</c>, followed by attributes.</summary>
readonly ref struct DiagSocket
{
    readonly ReadOnlySpan<byte> _header;

    /// <exception cref="InvalidDataException">The message has too few bytes.</exception>
    internal DiagSocket(NetlinkMessage message)
    {
        _header = message.Header(inet_diag_msg.Size);
        Attributes = message.AttributesBehind(inet_diag_msg.Size);
    }

    internal NetlinkAttributes Attributes { get; }

    internal AddressFamily Family => IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    internal byte State => _header[inet_diag_msg.idiag_state];

    internal SubflowAddress Local => Address(inet_diag_sockid.idiag_src, inet_diag_sockid.idiag_sport);

    internal SubflowAddress Remote => Address(inet_diag_sockid.idiag_dst, inet_diag_sockid.idiag_dport);

    internal int InterfaceIndex => (int)Read(inet_diag_msg.id + inet_diag_sockid.idiag_if);

    internal uint ReceiveQueue => Read(inet_diag_msg.idiag_rqueue);

    internal uint SendQueue => Read(inet_diag_msg.idiag_wqueue);

    internal uint UserId => Read(inet_diag_msg.idiag_uid);

    internal uint Inode => Read(inet_diag_msg.idiag_inode);

    bool IsIPv6 => _header[inet_diag_msg.idiag_family] switch
    {
        AF_INET => false,
        AF_INET6 => true,
        var family => throw new InvalidDataException($"The kernel sent a socket of family {family}, which was not requested."),
    };

    SubflowAddress Address(int addressOffset, int portOffset)
    {
        ReadOnlySpan<byte> address = _header[(inet_diag_msg.id + addressOffset)..];
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(_header[(inet_diag_msg.id + portOffset)..]);
        return IsIPv6 ? SubflowAddress.FromIPv6(address, port, IsLinkLocal(address) ? (uint)InterfaceIndex : 0) : SubflowAddress.FromIPv4(address, port);
    }

    uint Read(int offset) => MemoryMarshal.Read<uint>(_header[offset..]);

    /// <summary>Returns whether the address is in fe80::/10: such an address means nothing without its interface.</summary>
    static bool IsLinkLocal(ReadOnlySpan<byte> address) => address[0] == 0xFE && (address[1] & 0xC0) == 0x80;
}
