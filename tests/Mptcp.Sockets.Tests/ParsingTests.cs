using System.Net;
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
        info.SendUnacknowledged.Should().Be(0x1F1E1D1C1B1A1918);
        info.ReceiveNext.Should().Be(0x2726252423222120);
    }

    [Theory]
    [InlineData(0u, false, false)]
    [InlineData(LinuxConstants.MPTCP_INFO_FLAG_FALLBACK, true, false)]
    [InlineData(LinuxConstants.MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED, false, true)]
    public void Each_flag_of_a_connection_is_told_apart(uint flags, bool hasFallenBack, bool isRemoteKeyReceived)
    {
        byte[] bytes = new byte[InfoParser.Shortest];
        bytes[KernelLayout.mptcp_info.mptcpi_subflows] = 7;
        MemoryMarshal.Write(bytes.AsSpan(KernelLayout.mptcp_info.mptcpi_flags), flags);

        MptcpInfo info = InfoParser.Parse(bytes, hasEndpointKinds: false);

        info.HasFallenBack.Should().Be(hasFallenBack);
        info.IsRemoteKeyReceived.Should().Be(isRemoteKeyReceived);
        info.ExtraSubflows.Should().Be(7);
    }

    [Theory]
    [InlineData("C0000201", false, "192.0.2.1")]
    [InlineData("C00002", false, null)]
    [InlineData("C0000201FF", false, "192.0.2.1")] // longer than an address
    [InlineData("20010DB8000000000000000000000001", true, "2001:db8::1")]
    [InlineData("00000000000000000000FFFFC0000201", true, "192.0.2.1")]
    [InlineData("20010DB80000000000000000000000", true, null)]
    public void An_address_of_an_attribute_is_parsed_or_refused(string bytes, bool isIPv6, string? address)
    {
        byte[] value = Convert.FromHexString(bytes);
        Func<IPAddress> parse = () => AddressParser.Parse(new NetlinkAttribute(1, value), isIPv6);
        if (address is null)
            parse.Should().Throw<InvalidDataException>().WithMessage($"*address of {value.Length} bytes*");
        else
            parse().Should().Be(IPAddress.Parse(address));
    }

    [Fact]
    public void A_list_of_subflows_that_is_shorter_than_its_header_is_refused()
    {
        byte[] list = new byte[KernelLayout.mptcp_subflow_data.size_user];
        FluentActions.Invoking(() => SubflowList.Parse(list).Count).Should().Throw<InvalidDataException>().WithMessage("*fewer than their header*");
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
