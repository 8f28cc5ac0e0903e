using static Mptcp.Sockets.Interop.KernelLayout;

namespace Mptcp.Sockets.Info;

/// <summary>
/// The answer of <c>MPTCP_TCPINFO</c> or <c>MPTCP_SUBFLOW_ADDRS</c>: the number of subflows, and an element for each subflow that fitted
/// the buffer.
/// </summary>
readonly ref struct SubflowList
{
    SubflowList(int count, KernelArray elements)
    {
        Count = count;
        Elements = elements;
    }

    internal int Count { get; }

    internal KernelArray Elements { get; }

    internal static SubflowList Parse(ReadOnlySpan<byte> bytes)
    {
        var header = new KernelBytes(bytes);
        int count = SubflowCount.Check(header.UInt32(mptcp_subflow_data.num_subflows));

        // The kernel may use smaller elements than requested, and reports their size.
        return header.UInt32(mptcp_subflow_data.size_user) is { } stride
            ? new SubflowList(count, new KernelArray(bytes[mptcp_subflow_data.Size..], stride))
            : throw new InvalidDataException($"The kernel sent {bytes.Length} bytes about subflows, fewer than their header has.");
    }
}
