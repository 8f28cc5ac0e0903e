using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>
/// Enumerates attributes. Trusts no length: an attribute that reaches beyond the end is an <see cref="InvalidDataException"/>.
/// </summary>
ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    public NetlinkAttribute Current { get; private set; }

    public readonly NetlinkAttributes GetEnumerator() => this;

    public bool MoveNext()
    {
        // Fewer bytes than a header are padding: nla_ok in include/net/netlink.h.
        if (_rest.Length < nlattr.Size)
            return false;

        int length = MemoryMarshal.Read<ushort>(_rest[nlattr.nla_len..]);
        if (length < nlattr.Size || length > _rest.Length)
            throw new InvalidDataException($"The kernel reports an attribute of {length} bytes, but only {_rest.Length} are left.");

        Current = new NetlinkAttribute((ushort)(MemoryMarshal.Read<ushort>(_rest[nlattr.nla_type..]) & NLA_TYPE_MASK), _rest[nlattr.Size..length]);
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }
}
