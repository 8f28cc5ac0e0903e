using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>One message: its header's fields and what follows.</summary>
readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, uint portId, ReadOnlySpan<byte> payload)
{
    internal ushort Type { get; } = type;

    internal ushort Flags { get; } = flags;

    /// <summary>That of the request it answers; 0 where nobody has asked.</summary>
    internal uint Sequence { get; } = sequence;

    /// <summary>The socket that has asked.</summary>
    internal uint PortId { get; } = portId;

    internal ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Which command of a generic netlink family this is.</summary>
    internal byte GenericCommand => Header(genlmsghdr.Size)[genlmsghdr.cmd];

    /// <summary>The attributes of a message of a generic netlink family.</summary>
    internal NetlinkAttributes GenericAttributes => AttributesBehind(genlmsghdr.Size);

    /// <summary>The first bytes, a structure.</summary>
    internal ReadOnlySpan<byte> Header(int size) => Payload.Length >= size
        ? Payload[..size]
        : throw new InvalidDataException($"The kernel has given a message of type {Type} in {Payload.Length} bytes; there should be {size} at least.");

    /// <summary>The attributes behind a structure.</summary>
    internal NetlinkAttributes AttributesBehind(int size) => new(Payload[Math.Min(Align(Header(size).Length), Payload.Length)..]);
}
