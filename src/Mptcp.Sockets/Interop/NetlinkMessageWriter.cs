using System.Runtime.InteropServices;
using System.Text;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>Writes one request into a buffer, which must have room for it. The socket fills in the sequence number and the port.</summary>
ref struct NetlinkMessageWriter
{
    /// <summary>Enough room for every request of this library.</summary>
    internal const int Enough = 256;

    readonly Span<byte> _buffer;
    int _length;

    /// <param name="buffer">The buffer to write to.</param>
    /// <param name="type">The type of the message; in generic netlink, the family.</param>
    /// <param name="flags">The flags besides <c>NLM_F_REQUEST</c>: <c>NLM_F_DUMP</c> for a list; otherwise, <c>NLM_F_ACK</c>.</param>
    internal NetlinkMessageWriter(Span<byte> buffer, ushort type, ushort flags)
    {
        _buffer = buffer;
        buffer.Clear();
        _length = nlmsghdr.Size;
        MemoryMarshal.Write(buffer[nlmsghdr.nlmsg_type..], type);
        MemoryMarshal.Write(buffer[nlmsghdr.nlmsg_flags..], (ushort)(flags | NLM_F_REQUEST));
    }

    /// <summary>Begins a request to a generic netlink family.</summary>
    internal static NetlinkMessageWriter Generic(Span<byte> buffer, ushort family, byte command, byte version, ushort flags)
    {
        var writer = new NetlinkMessageWriter(buffer, family, flags);
        Span<byte> header = writer.Header(genlmsghdr.Size);
        header[genlmsghdr.cmd] = command;
        header[genlmsghdr.version] = version;
        return writer;
    }

    /// <summary>Adds room for a structure, all zeros.</summary>
    internal Span<byte> Header(int size)
    {
        Span<byte> header = _buffer.Slice(_length, size);
        _length += Align(size);
        return header;
    }

    internal void Byte(ushort type, byte value) => Bytes(type, [value]);

    internal void UInt16(ushort type, ushort value) => Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(in value)));

    internal void UInt32(ushort type, uint value) => Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    internal void Int32(ushort type, int value) => UInt32(type, (uint)value);

    /// <summary>Adds a text, with the zero at its end that the kernel requires.</summary>
    internal void Text(ushort type, string value) => Bytes(type, Encoding.UTF8.GetBytes(value + '\0'));

    internal void Bytes(ushort type, scoped ReadOnlySpan<byte> value)
    {
        WriteAttributeHeader(_length, type, nlattr.Size + value.Length);
        value.CopyTo(_buffer[(_length + nlattr.Size)..]);
        _length += Align(nlattr.Size + value.Length);
    }

    /// <summary>Begins an attribute that contains everything that is written until <see cref="EndNest"/>.</summary>
    /// <returns>The position of the attribute, for <see cref="EndNest"/>.</returns>
    internal int BeginNest(ushort type)
    {
        int start = _length;
        WriteAttributeHeader(start, (ushort)(type | NLA_F_NESTED), nlattr.Size);
        _length += nlattr.Size;
        return start;
    }

    internal readonly void EndNest(int start) => MemoryMarshal.Write(_buffer[(start + nlattr.nla_len)..], (ushort)(_length - start));

    /// <summary>The bytes that were written so far, a complete message.</summary>
    internal readonly Span<byte> Message
    {
        get
        {
            MemoryMarshal.Write(_buffer[nlmsghdr.nlmsg_len..], _length);
            return _buffer[.._length];
        }
    }

    readonly void WriteAttributeHeader(int start, ushort type, int length)
    {
        MemoryMarshal.Write(_buffer[(start + nlattr.nla_len)..], (ushort)length);
        MemoryMarshal.Write(_buffer[(start + nlattr.nla_type)..], type);
    }
}
