using static Mptcp.Sockets.Interop.KernelLayout;

namespace Mptcp.Sockets.Info;

/// <summary>
/// What <c>MPTCP_TCPINFO</c> and <c>MPTCP_SUBFLOW_ADDRS</c> answer: how many subflows there are, and something about as many as there was room for.
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

        // The kernel makes elements smaller where its own are, and says so.
        return header.UInt32(mptcp_subflow_data.size_user) is { } stride
            ? new SubflowList(count, new KernelArray(bytes[mptcp_subflow_data.Size..], stride))
            : throw new InvalidDataException($"The kernel has given {bytes.Length} bytes about subflows, which is not even their header.");
    }
}
