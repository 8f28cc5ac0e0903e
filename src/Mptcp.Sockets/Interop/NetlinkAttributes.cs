using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.EndpointConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Takes netlink messages apart. What does not fit is skipped: lengths are checked before anything is read.</summary>
static class NetlinkAttributes
{
    const int MessageHeader = 16; // struct nlmsghdr
    const int GenericHeader = 4; // struct genlmsghdr
    const int AttributeHeader = 4; // struct nlattr

    /// <summary>Adds the messages of a type, without their headers. False where the kernel has said that they are the last, or an error.</summary>
    internal static bool TrySplit(ReadOnlySpan<byte> datagram, ushort type, List<byte[]> messages)
    {
        while (datagram.Length >= MessageHeader)
        {
            int length = MemoryMarshal.Read<int>(datagram);
            ushort messageType = MemoryMarshal.Read<ushort>(datagram[4..]);
            if (length < MessageHeader || length > datagram.Length || messageType is NLMSG_DONE or NLMSG_ERROR)
                return false;

            if (messageType == type && length >= MessageHeader + GenericHeader)
                messages.Add(datagram[(MessageHeader + GenericHeader)..length].ToArray());

            datagram = datagram[Math.Min(Align(length), datagram.Length)..];
        }

        return true;
    }

    /// <summary>The number of a generic netlink family; 0 where the message does not have it.</summary>
    internal static ushort FindFamily(ReadOnlySpan<byte> message) =>
        Find(message, CTRL_ATTR_FAMILY_ID) is { Length: >= sizeof(ushort) } id ? MemoryMarshal.Read<ushort>(id) : (ushort)0;

    /// <summary>The value of the first attribute of a type; empty where there is none.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        while (attributes.Length >= AttributeHeader)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (length < AttributeHeader || length > attributes.Length)
                return default;

            if ((MemoryMarshal.Read<ushort>(attributes[2..]) & NLA_TYPE_MASK) == type)
                return attributes[AttributeHeader..length];

            attributes = attributes[Math.Min(Align(length), attributes.Length)..];
        }

        return default;
    }

    static int Align(int length) => (length + 3) & ~3;
}
