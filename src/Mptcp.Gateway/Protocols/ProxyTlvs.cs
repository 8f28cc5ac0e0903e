using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Mptcp.Gateway.Protocols;

/// <summary>The additional fields of a PROXY header of version 2: type, length and value.</summary>
static class ProxyTlvs
{
    const byte Checksum = 0x03, Padding = 0x04;
    const int FixedLength = 3;
    const int MostDescribed = 16;

    /// <summary>Checks the fields and the checksum, and keeps all but checksum and padding, which belong to this header alone.</summary>
    /// <param name="header">The whole header, of which the fields are the end.</param>
    /// <param name="tlvs">The fields.</param>
    /// <param name="kept">The fields to pass on.</param>
    /// <param name="error">The reason why they are invalid.</param>
    internal static bool TryKeep(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> tlvs, out byte[] kept, [NotNullWhen(false)] out string? error)
    {
        List<byte> passedOn = [];
        kept = [];
        error = null;
        while (!tlvs.IsEmpty)
        {
            if (!TryRead(tlvs, out byte type, out ReadOnlySpan<byte> value))
            {
                error = "The PROXY header has a field that is longer than the header.";
                return false;
            }

            if (type == Checksum && !IsIntact(header, header.Length - tlvs.Length + FixedLength, value))
            {
                error = "The checksum of the PROXY header is wrong.";
                return false;
            }

            if (type is not (Checksum or Padding))
                passedOn.AddRange(tlvs[..(FixedLength + value.Length)]);

            tlvs = tlvs[(FixedLength + value.Length)..];
        }

        kept = [.. passedOn];
        return true;
    }

    /// <summary>The types of the first fields, as they are written in the specification.</summary>
    internal static string Describe(ReadOnlySpan<byte> tlvs)
    {
        List<string> types = [];
        for (; TryRead(tlvs, out byte type, out ReadOnlySpan<byte> value); tlvs = tlvs[(FixedLength + value.Length)..])
        {
            if (types.Count == MostDescribed)
                return $"{string.Join(' ', types)} …";

            types.Add($"0x{type:x2}");
        }

        return string.Join(' ', types);
    }

    static bool TryRead(ReadOnlySpan<byte> tlvs, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (tlvs.Length < FixedLength
            || BinaryPrimitives.ReadUInt16BigEndian(tlvs[1..]) is var length && length > tlvs.Length - FixedLength)
            return false;

        type = tlvs[0];
        value = tlvs.Slice(FixedLength, length);
        return true;
    }

    /// <summary>CRC32c over the header, in which the checksum itself counts as zeros.</summary>
    static bool IsIntact(ReadOnlySpan<byte> header, int offset, ReadOnlySpan<byte> checksum)
    {
        if (checksum.Length != sizeof(uint))
            return false;

        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
            crc = BitOperations.Crc32C(crc, i >= offset && i < offset + sizeof(uint) ? (byte)0 : header[i]);

        return ~crc == BinaryPrimitives.ReadUInt32BigEndian(checksum);
    }
}
