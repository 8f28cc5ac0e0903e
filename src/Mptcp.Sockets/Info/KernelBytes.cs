using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Info;

/// <summary>A kernel structure, as far as the kernel filled it. A field beyond that is null.</summary>
readonly ref struct KernelBytes(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    internal byte? Byte(int offset) => Read<byte>(offset);

    internal uint? UInt32(int offset) => Read<uint>(offset);

    internal ulong? UInt64(int offset) => Read<ulong>(offset);

    /// <summary>Reads a quantity. The kernel's quantities are unsigned, and none comes near the largest value of a long.</summary>
    internal long? Quantity(int offset) => Read<ulong>(offset) is { } value ? (long)Math.Min(value, long.MaxValue) : null;

    internal TimeSpan? Milliseconds(int offset) => Read<uint>(offset) is { } value ? new TimeSpan(value * TimeSpan.TicksPerMillisecond) : null;

    internal TimeSpan? Microseconds(int offset) => Read<uint>(offset) is { } value ? new TimeSpan(value * TimeSpan.TicksPerMicrosecond) : null;

    T? Read<T>(int offset)
        where T : unmanaged => offset <= _bytes.Length - Unsafe.SizeOf<T>() ? MemoryMarshal.Read<T>(_bytes[offset..]) : null;
}
