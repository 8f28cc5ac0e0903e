using System.Buffers.Binary;
using System.Net;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Parts of messages of the kernel.</summary>
static class KernelMessages
{
    /// <summary>The number of a generic netlink family.</summary>
    internal const ushort Family = 33;

    internal static byte[] IPv4 { get; } = [192, 0, 2, 1];

    internal static byte[] Router { get; } = [192, 0, 2, 254];

    internal static byte[] IPv6 { get; } = IPAddress.Parse("2001:db8::1").GetAddressBytes();

    internal static byte[] Router6 { get; } = IPAddress.Parse("fe80::1").GetAddressBytes();

    internal static byte[] Port(ushort port)
    {
        byte[] bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        return bytes;
    }

    /// <summary>Returns the only message of a datagram.</summary>
    internal static NetlinkMessage Only(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessages(datagram);
        messages.MoveNext().Should().BeTrue();
        return messages.Current;
    }
}
