using static Mptcp.Sockets.Interop.KernelLayout;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Parses the kernel's answers into subflows. Trusts no length, stride or count: it reads nothing beyond the bytes that the kernel sent,
/// and throws <see cref="InvalidDataException"/> if they make no sense.
/// </summary>
static class SubflowParser
{
    /// <summary>Reads the answer of <c>MPTCP_FULL_INFO</c>.</summary>
    /// <param name="header">The structure, without the data behind its pointers.</param>
    /// <param name="subflowInfos">The data behind the first pointer, with room for at least <paramref name="destination"/>.</param>
    /// <param name="tcpInfos">The data behind the second pointer.</param>
    /// <param name="destination">Filled with the subflows, as many as fit.</param>
    /// <returns>The number of subflows.</returns>
    internal static int ParseFullInfo(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> subflowInfos, ReadOnlySpan<byte> tcpInfos, Span<MptcpSubflow> destination)
    {
        var fields = new KernelBytes(header);
        int count = SubflowCount.Check(fields.UInt32(mptcp_full_info.num_subflows));

        // The kernel may use smaller elements than requested, and reports their size.
        var infos = new KernelArray(subflowInfos, fields.UInt32(mptcp_full_info.size_sfinfo_user) ?? 0);
        var tcp = new KernelArray(tcpInfos, fields.UInt32(mptcp_full_info.size_tcpinfo_user) ?? 0);
        for (int i = 0; i < Math.Min(count, destination.Length); i++)
        {
            ReadOnlySpan<byte> info = infos[i];
            destination[i] = Parse(
                new KernelBytes(info).UInt32(mptcp_subflow_info.id), info[Math.Min(info.Length, mptcp_subflow_info.addrs)..], tcp[i]);
        }

        return count;
    }

    /// <summary>Reads the answers of <c>MPTCP_SUBFLOW_ADDRS</c> and <c>MPTCP_TCPINFO</c>. A subflow has the same index in both.</summary>
    /// <param name="addresses">The answer with addresses, with room for at least <paramref name="destination"/>.</param>
    /// <param name="tcpInfos">The answer with the other values.</param>
    /// <param name="destination">Filled with the subflows, as many as fit.</param>
    /// <param name="isMatch">
    /// False if a subflow came or went between the two answers. Then no index is certain, and only the addresses are returned.
    /// </param>
    /// <returns>The number of subflows.</returns>
    internal static int ParseLists(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> tcpInfos, Span<MptcpSubflow> destination, out bool isMatch)
    {
        SubflowList subflows = SubflowList.Parse(addresses);
        SubflowList tcp = SubflowList.Parse(tcpInfos);
        isMatch = subflows.Count == tcp.Count;
        for (int i = 0; i < Math.Min(subflows.Count, destination.Length); i++)
            destination[i] = Parse(null, subflows.Elements[i], isMatch ? tcp.Elements[i] : default);

        return subflows.Count;
    }

    static MptcpSubflow Parse(uint? id, ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> tcpInfo)
    {
        int remote = Math.Min(addresses.Length, mptcp_subflow_addrs.ss_remote);
        return Parse(id, SubflowAddress.Parse(addresses[..remote]), SubflowAddress.Parse(addresses[remote..]), tcpInfo);
    }

    /// <summary>Creates a subflow with known addresses from its <c>struct tcp_info</c>.</summary>
    internal static MptcpSubflow Parse(uint? id, SubflowAddress local, SubflowAddress remote, ReadOnlySpan<byte> tcpInfo)
    {
        const uint noSampleYet = uint.MaxValue;
        const ulong unlimited = ulong.MaxValue;
        var tcp = new KernelBytes(tcpInfo);
        return new MptcpSubflow
        {
            Id = id,
            Local = local,
            Remote = remote,
            State = TcpStates.FromKernel(tcp.Byte(tcp_info.tcpi_state)),
            SmoothedRtt = tcp.Microseconds(tcp_info.tcpi_rtt),
            RttVariance = tcp.Microseconds(tcp_info.tcpi_rttvar),
            MinimumRtt = tcp.UInt32(tcp_info.tcpi_min_rtt) == noSampleYet ? null : tcp.Microseconds(tcp_info.tcpi_min_rtt),
            CongestionWindow = tcp.UInt32(tcp_info.tcpi_snd_cwnd),
            MaximumSegmentSize = tcp.UInt32(tcp_info.tcpi_snd_mss),
            Retransmits = tcp.UInt32(tcp_info.tcpi_total_retrans),
            Lost = tcp.UInt32(tcp_info.tcpi_lost),
            DeliveryRate = tcp.Quantity(tcp_info.tcpi_delivery_rate),
            PacingRate = tcp.UInt64(tcp_info.tcpi_pacing_rate) == unlimited ? null : tcp.Quantity(tcp_info.tcpi_pacing_rate),
            BytesSent = tcp.Quantity(tcp_info.tcpi_bytes_sent),
            BytesAcked = tcp.Quantity(tcp_info.tcpi_bytes_acked),
            BytesReceived = tcp.Quantity(tcp_info.tcpi_bytes_received),
            BytesRetransmitted = tcp.Quantity(tcp_info.tcpi_bytes_retrans),
            LastDataSent = tcp.Milliseconds(tcp_info.tcpi_last_data_sent),
            LastDataReceived = tcp.Milliseconds(tcp_info.tcpi_last_data_recv),
        };
    }
}
