using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using static Mptcp.Sockets.Interop.KernelLayout;

namespace Mptcp.Sockets.Tests;

/// <summary>The kernel's answers about subflows, each field with another value.</summary>
public class SubflowParsingTests
{
    const ushort AF_INET = 2, AF_INET6 = 10;

    [Fact]
    public void Each_value_of_a_subflow_is_read_from_its_place()
    {
        byte[] bytes = [.. Enumerable.Range(0, tcp_info.LengthRead).Select(i => (byte)i)];
        bytes[tcp_info.tcpi_state] = 1;
        for (int last = 7; last < bytes.Length; last += 8)
            bytes[last] &= 0x7F; // no quantity is above the largest long

        MptcpSubflow subflow = SubflowParser.Parse(5, default, default, bytes);

        subflow.Id.Should().Be(5);
        subflow.State.Should().Be(TcpState.Established);
        subflow.SmoothedRtt.Should().Be(TimeSpan.FromMicroseconds(Read<uint>(tcp_info.tcpi_rtt)));
        subflow.RttVariance.Should().Be(TimeSpan.FromMicroseconds(Read<uint>(tcp_info.tcpi_rttvar)));
        subflow.MinimumRtt.Should().Be(TimeSpan.FromMicroseconds(Read<uint>(tcp_info.tcpi_min_rtt)));
        subflow.CongestionWindow.Should().Be(Read<uint>(tcp_info.tcpi_snd_cwnd));
        subflow.MaximumSegmentSize.Should().Be(Read<uint>(tcp_info.tcpi_snd_mss));
        subflow.Retransmits.Should().Be(Read<uint>(tcp_info.tcpi_total_retrans));
        subflow.Lost.Should().Be(Read<uint>(tcp_info.tcpi_lost));
        subflow.DeliveryRate.Should().Be(Read<long>(tcp_info.tcpi_delivery_rate));
        subflow.PacingRate.Should().Be(Read<long>(tcp_info.tcpi_pacing_rate));
        subflow.BytesSent.Should().Be(Read<long>(tcp_info.tcpi_bytes_sent));
        subflow.BytesAcked.Should().Be(Read<long>(tcp_info.tcpi_bytes_acked));
        subflow.BytesReceived.Should().Be(Read<long>(tcp_info.tcpi_bytes_received));
        subflow.BytesRetransmitted.Should().Be(Read<long>(tcp_info.tcpi_bytes_retrans));
        subflow.LastDataSent.Should().Be(TimeSpan.FromMilliseconds(Read<uint>(tcp_info.tcpi_last_data_sent)));
        subflow.LastDataReceived.Should().Be(TimeSpan.FromMilliseconds(Read<uint>(tcp_info.tcpi_last_data_recv)));

        T Read<T>(int offset)
            where T : unmanaged => MemoryMarshal.Read<T>(bytes.AsSpan(offset));
    }

    [Fact]
    public void A_value_that_the_kernel_does_not_have_is_null()
    {
        byte[] bytes = new byte[tcp_info.LengthRead];
        MemoryMarshal.Write(bytes.AsSpan(tcp_info.tcpi_min_rtt), uint.MaxValue); // no sample yet
        MemoryMarshal.Write(bytes.AsSpan(tcp_info.tcpi_pacing_rate), ulong.MaxValue); // unlimited
        MemoryMarshal.Write(bytes.AsSpan(tcp_info.tcpi_delivery_rate), ulong.MaxValue);

        MptcpSubflow subflow = SubflowParser.Parse(null, default, default, bytes);

        subflow.MinimumRtt.Should().BeNull();
        subflow.PacingRate.Should().BeNull();
        subflow.DeliveryRate.Should().Be(long.MaxValue);
        SubflowParser.Parse(null, default, default, bytes.AsSpan(0, tcp_info.tcpi_bytes_sent)).BytesSent.Should().BeNull();
        SubflowParser.Parse(null, default, default, default).State.Should().Be(TcpState.Unknown);
    }

    [Fact]
    public void The_full_information_is_parsed_with_the_sizes_that_the_kernel_reports()
    {
        const int tcpSize = 104, infoSize = mptcp_subflow_info.Size + 8;
        byte[] infos = new byte[2 * infoSize], tcps = new byte[2 * tcpSize];
        for (int i = 0; i < 2; i++)
        {
            Span<byte> info = infos.AsSpan(i * infoSize);
            MemoryMarshal.Write(info[mptcp_subflow_info.id..], 100 + i);
            Address(AF_INET, 1000 + i, IPAddress.Parse("192.0.2.1")).CopyTo(info[(mptcp_subflow_info.addrs + mptcp_subflow_addrs.ss_local)..]);
            Address(AF_INET6, 2000 + i, IPAddress.Parse("fe80::1"), scope: 3).CopyTo(info[(mptcp_subflow_info.addrs + mptcp_subflow_addrs.ss_remote)..]);
            MemoryMarshal.Write(tcps.AsSpan(i * tcpSize + tcp_info.tcpi_snd_cwnd), 10 + i);
        }

        var subflows = new MptcpSubflow[2];
        SubflowParser.ParseFullInfo(FullInfo(2, infoSize, tcpSize), infos, tcps, subflows).Should().Be(2);

        subflows.Select(subflow => (subflow.Id, subflow.CongestionWindow)).Should().Equal((100, 10), (101, 11));
        subflows[1].LocalEndPoint.Should().Be(IPEndPoint.Parse("192.0.2.1:1001"));
        subflows[1].RemoteEndPoint.Should().Be(new IPEndPoint(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3), 2001));
        SubflowParser.ParseFullInfo(FullInfo(2, infoSize, tcpSize), infos, tcps, subflows.AsSpan(0, 1)).Should().Be(2, "there are more than fit");
        FluentActions.Invoking(() => SubflowParser.ParseFullInfo(FullInfo(2, infoSize, tcpSize), infos.AsSpan(0, infos.Length - 1), tcps, subflows)).Should().Throw<InvalidDataException>().WithMessage("*subflow 1*");
        FluentActions.Invoking(() => SubflowParser.ParseFullInfo(FullInfo(2, infoSize, tcpSize), infos, tcps.AsSpan(0, tcps.Length - 1), subflows)).Should().Throw<InvalidDataException>().WithMessage("*subflow 1*");
        FluentActions.Invoking(() => SubflowParser.ParseFullInfo(default, infos, tcps, subflows)).Should().Throw<InvalidDataException>().WithMessage("*number of subflows*");
    }

    [Theory]
    [InlineData(AF_INET, 8, "192.0.2.1", true)]
    [InlineData(AF_INET, 7, "192.0.2.1", false)]
    [InlineData(AF_INET6, 28, "2001:db8::1", true)]
    [InlineData(AF_INET6, 27, "2001:db8::1", false)]
    [InlineData(7, 128, "192.0.2.1", false)]
    [InlineData(AF_INET, 2, "192.0.2.1", false)]
    [InlineData(0, 1, "192.0.2.1", false)] // shorter than a family
    public void An_address_is_taken_if_it_is_whole_and_of_IP(ushort family, int length, string address, bool isTaken)
    {
        byte[] bytes = Address(family, 1000, IPAddress.Parse(address))[..length];
        Func<SubflowAddress> parse = () => SubflowAddress.Parse(bytes);
        if (isTaken)
            parse().ToEndPoint().Should().Be(new IPEndPoint(IPAddress.Parse(address), 1000));
        else
            parse.Should().Throw<InvalidDataException>().WithMessage($"*family {family} in {length} bytes*");
    }

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::fffe:192.0.2.1", "::fffe:192.0.2.1")]
    [InlineData("1::ffff:192.0.2.1", "1::ffff:192.0.2.1")]
    public void A_mapped_address_counts_as_the_IPv4_address(string address, string result) =>
        SubflowAddress.Parse(Address(AF_INET6, 1, IPAddress.Parse(address))).ToEndPoint().Address.Should().Be(IPAddress.Parse(result));

    static byte[] FullInfo(int count, int infoSize, int tcpSize)
    {
        byte[] header = new byte[mptcp_full_info.Size];
        MemoryMarshal.Write(header.AsSpan(mptcp_full_info.num_subflows), count);
        MemoryMarshal.Write(header.AsSpan(mptcp_full_info.size_sfinfo_user), infoSize);
        MemoryMarshal.Write(header.AsSpan(mptcp_full_info.size_tcpinfo_user), tcpSize);
        return header;
    }

    /// <summary>Returns a <c>struct sockaddr_storage</c>.</summary>
    static byte[] Address(ushort family, int port, IPAddress address, uint scope = 0)
    {
        byte[] bytes = new byte[128];
        MemoryMarshal.Write(bytes, family);
        bytes[2] = (byte)(port >> 8);
        bytes[3] = (byte)port;
        address.GetAddressBytes().CopyTo(bytes, family == AF_INET6 ? 8 : 4);
        MemoryMarshal.Write(bytes.AsSpan(24), scope);
        return bytes;
    }
}
