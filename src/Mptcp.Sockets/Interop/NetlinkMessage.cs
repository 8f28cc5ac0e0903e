using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>One message: the fields of its header, and the rest.</summary>
readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, uint portId, ReadOnlySpan<byte> payload)
{
    internal ushort Type { get; } = type;

    internal ushort Flags { get; } = flags;

    /// <summary>The number of the request that it answers; 0 if it answers none.</summary>
    internal uint Sequence { get; } = sequence;

    /// <summary>The socket that sent the request.</summary>
    internal uint PortId { get; } = portId;

    internal ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The command of a message of a generic netlink family.</summary>
    internal byte GenericCommand => Header(genlmsghdr.Size)[genlmsghdr.cmd];

    /// <summary>The attributes of a message of a generic netlink family.</summary>
    internal NetlinkAttributes GenericAttributes => AttributesBehind(genlmsghdr.Size);

    /// <summary>Returns the first bytes, which are a structure.</summary>
    internal ReadOnlySpan<byte> Header(int size) => Payload.Length >= size
        ? Payload[..size]
        : throw new InvalidDataException($"The kernel sent a message of type {Type} with {Payload.Length} bytes instead of at least {size}.");

    /// <summary>Returns the attributes after a structure.</summary>
    internal NetlinkAttributes AttributesBehind(int size) => new(Payload[Math.Min(Align(Header(size).Length), Payload.Length)..]);
}
