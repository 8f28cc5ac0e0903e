using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Protocols;

/// <summary>Version 2 of the PROXY protocol: a signature, a command, a length, addresses and additional fields, in bytes.</summary>
static class ProxyHeaderV2
{
    const int FixedLength = 16;
    const byte Local = 0x20, Proxy = 0x21, Unspecified = 0x00, Tcp4 = 0x11, Tcp6 = 0x21, UnixStream = 0x31;

    static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    internal static Parsed<ProxyHeader> Parse(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..compared].SequenceEqual(Signature[..compared]))
            return Parsed<ProxyHeader>.Invalid("It is not a PROXY header.");

        if (bytes.Length < FixedLength)
            return Parsed<ProxyHeader>.Incomplete;

        int length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > Preface.Longest)
            return Parsed<ProxyHeader>.Invalid($"The PROXY header has {length} bytes, and at most {Preface.Longest} are allowed.");

        return bytes.Length < length ? Parsed<ProxyHeader>.Incomplete : ParseWhole(bytes[..length]);
    }

    internal static byte[] Write(ProxyHeader header)
    {
        if (header is not { Source: { } source, Destination: { } destination })
            return [.. Signature, Local, Unspecified, 0, 0];

        byte[] from = source.Address.GetAddressBytes(), to = destination.Address.GetAddressBytes();
        byte[] bytes = new byte[FixedLength + AddressLength(from.Length) + header.Tlvs.Length];
        Signature.CopyTo(bytes);
        bytes[12] = Proxy;
        bytes[13] = source.AddressFamily == AddressFamily.InterNetwork ? Tcp4 : Tcp6;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)(bytes.Length - FixedLength));
        Span<byte> addresses = bytes.AsSpan(FixedLength);
        from.CopyTo(addresses);
        to.CopyTo(addresses[from.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(addresses[(2 * from.Length)..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(addresses[(2 * from.Length + 2)..], (ushort)destination.Port);
        header.Tlvs.Span.CopyTo(addresses[AddressLength(from.Length)..]);
        return bytes;
    }

    static Parsed<ProxyHeader> ParseWhole(ReadOnlySpan<byte> bytes)
    {
        (byte command, byte family) = (bytes[12], bytes[13]);
        if (command is not (Local or Proxy))
            return Parsed<ProxyHeader>.Invalid($"The PROXY header has the unknown version and command 0x{command:x2}.");

        if (command == Local || family is Unspecified or UnixStream)
            return Parsed<ProxyHeader>.Complete(ProxyHeader.Unknown, bytes.Length); // the addresses are to be ignored, or are none of IP

        if (family is not (Tcp4 or Tcp6))
            return Parsed<ProxyHeader>.Invalid($"The PROXY header is for the unknown family and protocol 0x{family:x2}.");

        int size = family == Tcp4 ? 4 : 16;
        if (bytes.Length < FixedLength + AddressLength(size))
            return Parsed<ProxyHeader>.Invalid("The PROXY header is too short for its addresses.");

        ReadOnlySpan<byte> addresses = bytes[FixedLength..], tlvs = addresses[AddressLength(size)..];
        if (!ProxyTlvs.TryKeep(bytes, tlvs, out byte[] kept, out string? error))
            return Parsed<ProxyHeader>.Invalid(error);

        var source = new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..]));
        var destination = new IPEndPoint(
            new IPAddress(addresses[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size + 2)..]));
        return Parsed<ProxyHeader>.Complete(new ProxyHeader(source, destination, kept), bytes.Length);
    }

    /// <summary>Two addresses and two ports.</summary>
    static int AddressLength(int size) => 2 * size + 2 * sizeof(ushort);
}
