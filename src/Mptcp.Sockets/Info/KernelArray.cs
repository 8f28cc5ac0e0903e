namespace Mptcp.Sockets.Info;

/// <summary>Structures of the kernel's, one behind the other, as long as the kernel has said that it made them.</summary>
readonly ref struct KernelArray(ReadOnlySpan<byte> bytes, uint stride)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    internal ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ulong start = (ulong)index * stride;
            return start + stride <= (ulong)_bytes.Length
                ? _bytes.Slice((int)start, (int)stride)
                : throw new InvalidDataException($"The kernel has given {_bytes.Length} bytes of subflows of {stride} bytes: there is no subflow {index} in them.");
        }
    }
}
