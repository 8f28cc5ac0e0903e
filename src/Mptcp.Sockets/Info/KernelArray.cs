namespace Mptcp.Sockets.Info;

/// <summary>An array of kernel structures, with the length and the element size that the kernel reported.</summary>
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
                : throw new InvalidDataException($"The kernel sent {_bytes.Length} bytes of subflows of {stride} bytes each: they do not contain subflow {index}.");
        }
    }
}
