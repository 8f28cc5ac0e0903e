using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Tests;

/// <summary>Answers of other kernels.</summary>
public class ParsingTests
{
    [Theory]
    [InlineData(48, false, false, false)] // Linux 5.16: after the checksum flag there is padding, where 6.5 has Retransmits
    [InlineData(79, false, false, false)]
    [InlineData(80, true, false, false)] // 6.5
    [InlineData(88, true, true, false)] // 6.8: after TotalSubflows there is padding, where 6.10 has LastDataSent
    [InlineData(96, true, true, true)] // 6.10
    [InlineData(200, true, true, true)] // a future kernel
    public void Padding_is_not_read_as_a_field(int length, bool hasTraffic, bool hasTotal, bool hasTimes)
    {
        MptcpInfo info = InfoParser.Parse(Filled(length), hasEndpointKinds: false);

        foreach (object? fact in new object?[] { info.Retransmits, info.BytesRetransmitted, info.BytesSent, info.BytesReceived, info.BytesAcked })
            (fact is not null).Should().Be(hasTraffic);
        info.TotalSubflows.HasValue.Should().Be(hasTotal);
        foreach (TimeSpan? fact in new[] { info.LastDataSent, info.LastDataReceived, info.LastAckReceived })
            fact.HasValue.Should().Be(hasTimes);
        info.FullMeshEndpoints.Should().BeNull();
        info.LaminarEndpoints.Should().BeNull();
    }

    [Fact]
    public void Each_field_is_read_from_its_place()
    {
        MptcpInfo info = InfoParser.Parse(Filled(KernelLayout.mptcp_info.Size), hasEndpointKinds: true);

        info.ExtraSubflows.Should().Be(0);
        info.AddressesSignalled.Should().Be(1);
        info.AddressesAccepted.Should().Be(2);
        info.LimitExtraSubflows.Should().Be(3);
        info.SignalEndpoints.Should().Be(4);
        info.LimitAddressesAccepted.Should().Be(5);
        info.Token.Should().Be(0x0F0E0D0C);
        info.WriteSequence.Should().Be(0x1716151413121110);
        info.LocalAddressesUsed.Should().Be(40);
        info.SubflowEndpoints.Should().Be(41);
        info.IsChecksumEnabled.Should().BeTrue();
        info.Retransmits.Should().Be(0x2F2E2D2C);
        info.BytesAcked.Should().Be(0x4F4E4D4C4B4A4948);
        info.TotalSubflows.Should().Be(80);
        info.LaminarEndpoints.Should().Be(81);
        info.FullMeshEndpoints.Should().Be(82);
        info.LastAckReceived.Should().Be(TimeSpan.FromMilliseconds(0x5F5E5D5C));
    }

    [Theory]
    [InlineData(1024u, true)]
    [InlineData(1025u, false)]
    [InlineData(uint.MaxValue, false)]
    public void More_subflows_than_a_connection_can_have_are_refused(uint count, bool isTaken)
    {
        Action check = () => SubflowCount.Check(count);

        if (isTaken)
            check.Should().NotThrow();
        else
            check.Should().Throw<InvalidDataException>().WithMessage($"*{count} subflows*");
    }

    [Fact]
    public void Too_few_bytes_are_refused()
    {
        FluentActions.Invoking(() => InfoParser.Parse(Filled(InfoParser.Shortest - 1), hasEndpointKinds: false)).Should().Throw<InvalidDataException>().WithMessage("*42 bytes*");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Only_addresses_are_returned_if_a_subflow_came_between_two_lists(int countOfTheSecond, bool isTold)
    {
        byte[] addresses = List(1, KernelLayout.mptcp_subflow_addrs.Size, 1);
        const ushort AF_INET = 2;
        MemoryMarshal.Write(addresses.AsSpan(KernelLayout.mptcp_subflow_data.Size), AF_INET);
        MemoryMarshal.Write(addresses.AsSpan(KernelLayout.mptcp_subflow_data.Size + KernelLayout.mptcp_subflow_addrs.ss_remote), AF_INET);
        byte[] tcp = List(countOfTheSecond, KernelLayout.tcp_info.LengthRead, countOfTheSecond);
        var subflows = new MptcpSubflow[2];

        SubflowParser.ParseLists(addresses, tcp, subflows, out bool isMatch).Should().Be(1);

        isMatch.Should().Be(isTold);
        subflows[0].BytesSent.HasValue.Should().Be(isTold);
        subflows[0].Id.Should().BeNull();
    }

    [Fact]
    public void The_stride_of_the_kernel_is_used()
    {
        const int shorter = 180;
        byte[] addresses = List(0, KernelLayout.mptcp_subflow_addrs.Size, 0);
        byte[] tcp = List(2, shorter, 2);

        SubflowList list = SubflowList.Parse(tcp);

        SubflowParser.ParseLists(addresses, tcp, [], out _).Should().Be(0);
        new KernelBytes(list.Elements[1]).Byte(shorter).Should().BeNull();
        list.Elements[1].Length.Should().Be(shorter);
    }

    static byte[] List(int count, int stride, int given)
    {
        byte[] list = new byte[KernelLayout.mptcp_subflow_data.Size + given * stride];
        MemoryMarshal.Write(list.AsSpan(KernelLayout.mptcp_subflow_data.num_subflows), count);
        MemoryMarshal.Write(list.AsSpan(KernelLayout.mptcp_subflow_data.size_user), stride);
        return list;
    }

    /// <summary>Returns bytes whose value is their offset.</summary>
    static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
