using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>
/// Enumerates the messages of one datagram. Trusts no length: a message that reaches beyond the end is an
/// <see cref="InvalidDataException"/>.
/// </summary>
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
            throw new InvalidDataException($"The kernel reports a message of {length} bytes, but only {_rest.Length} are left.");

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
