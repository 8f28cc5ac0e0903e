using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Interop;

/// <summary>One attribute of a message: a type and a value, which may contain attributes.</summary>
readonly ref struct NetlinkAttribute(ushort type, ReadOnlySpan<byte> value)
{
    internal ushort Type { get; } = type;

    internal ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The attributes in the value.</summary>
    internal NetlinkAttributes Nested => new(Value);

    internal byte Byte => Read<byte>();

    internal ushort UInt16 => Read<ushort>();

    /// <summary>The value as a number in network order.</summary>
    internal ushort NetworkUInt16 => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(UInt16) : UInt16;

    internal uint UInt32 => Read<uint>();

    internal int Int32 => Read<int>();

    internal ulong UInt64 => Read<ulong>();

    /// <summary>The value as text, without the zero at its end.</summary>
    internal string Text
    {
        get
        {
            int end = Value.IndexOf((byte)0);
            return System.Text.Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    /// <summary>Reads a number. The kernel may pad a value, but not shorten it.</summary>
    T Read<T>()
        where T : unmanaged => Value.Length >= Unsafe.SizeOf<T>()
        ? MemoryMarshal.Read<T>(Value)
        : throw new InvalidDataException($"The kernel sent attribute {Type} in {Value.Length} bytes instead of {Unsafe.SizeOf<T>()}.");
}
