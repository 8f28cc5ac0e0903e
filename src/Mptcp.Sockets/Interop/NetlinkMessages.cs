using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>Walks over the messages of one datagram. Believes no length: what is said to reach beyond the end is an <see cref="InvalidDataException"/>.</summary>
ref struct NetlinkMessages(ReadOnlySpan<byte> datagram)
{
    ReadOnlySpan<byte> _rest = datagram;

    public NetlinkMessage Current { get; private set; }

    public readonly NetlinkMessages GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;

        uint length = _rest.Length >= nlmsghdr.Size ? MemoryMarshal.Read<uint>(_rest[nlmsghdr.nlmsg_len..]) : 0;
        if (length < nlmsghdr.Size || length > _rest.Length)
            throw new InvalidDataException($"The kernel says that a message is {length} bytes long, of {_rest.Length} that there are.");

        Current = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(_rest[nlmsghdr.nlmsg_type..]),
            MemoryMarshal.Read<ushort>(_rest[nlmsghdr.nlmsg_flags..]),
            MemoryMarshal.Read<uint>(_rest[nlmsghdr.nlmsg_seq..]),
            MemoryMarshal.Read<uint>(_rest[nlmsghdr.nlmsg_pid..]),
            _rest[nlmsghdr.Size..(int)length]);
        _rest = _rest[Math.Min(Align((int)length), _rest.Length)..];
        return true;
    }
}
