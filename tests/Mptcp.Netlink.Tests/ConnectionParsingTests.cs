using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Netlink.Tests;

/// <summary>Connections and subflows of inet_diag. Each field has another value, so that none is read from the place of another.</summary>
public class ConnectionParsingTests
{
    const ushort SockDiag = 20; // SOCK_DIAG_BY_FAMILY

    [Fact]
    public void A_connection_is_parsed()
    {
        NetlinkMessageWriter writer = Socket(stackalloc byte[1024], AF_INET, TCP_ESTABLISHED, IPv4, Router);
        writer.UInt32(INET_DIAG_MARK, 77);
        byte[] info = new byte[KernelLayout.mptcp_info.Size];
        MemoryMarshal.Write(info.AsSpan(KernelLayout.mptcp_info.mptcpi_token), 0xABCDEF01);
        writer.Bytes(INET_DIAG_INFO, info);

        MptcpConnection connection = ConnectionParser.Parse(Only(writer.Message), hasEndpointKinds: false);

        connection.LocalEndPoint.Should().Be(IPEndPoint.Parse("192.0.2.1:1000"));
        connection.RemoteEndPoint.Should().Be(IPEndPoint.Parse("192.0.2.254:2000"));
        (connection.AddressFamily, connection.State, connection.InterfaceIndex).Should().Be((AddressFamily.InterNetwork, TcpState.Established, 3));
        (connection.ReceiveQueue, connection.SendQueue, connection.UserId, connection.Inode).Should().Be((4L, 5L, 6L, 7L));
        connection.Mark.Should().Be(77);
        connection.Info!.Value.Token.Should().Be(0xABCDEF01);
        connection.Info.Value.FullMeshEndpoints.Should().BeNull();
        ConnectionParser.Parse(Only(writer.Message), hasEndpointKinds: true).Info!.Value.FullMeshEndpoints.Should().Be(0);
    }

    [Fact]
    public void A_listening_socket_has_no_values_and_a_link_local_address_has_its_interface()
    {
        NetlinkMessageWriter writer = Socket(stackalloc byte[1024], AF_INET6, TCP_LISTEN, Router6, IPv6);
        writer.Bytes(INET_DIAG_INFO, new byte[KernelLayout.mptcp_info.Size]);

        MptcpConnection connection = ConnectionParser.Parse(Only(writer.Message), hasEndpointKinds: false);

        connection.AddressFamily.Should().Be(AddressFamily.InterNetworkV6);
        connection.Info.Should().BeNull();
        connection.Mark.Should().BeNull();
        connection.LocalEndPoint.Should().Be(new IPEndPoint(new IPAddress(Router6, 3), 1000));
        connection.RemoteEndPoint.Should().Be(new IPEndPoint(new IPAddress(IPv6), 2000));
    }

    [Fact]
    public void A_socket_of_another_family_is_refused()
    {
        byte[] message = Socket(stackalloc byte[1024], AF_BRIDGE, TCP_LISTEN, IPv6, IPv6).Message.ToArray();

        FluentActions.Invoking(() => ConnectionParser.Parse(Only(message), hasEndpointKinds: false)).Should().Throw<InvalidDataException>().WithMessage("*family 7*");
    }

    [Fact]
    public void A_subflow_is_parsed()
    {
        NetlinkMessageWriter writer = Socket(stackalloc byte[1024], AF_INET, TCP_ESTABLISHED, IPv4, Router);
        byte[] tcp = new byte[KernelLayout.tcp_info.LengthRead];
        MemoryMarshal.Write(tcp.AsSpan(KernelLayout.tcp_info.tcpi_snd_cwnd), 10);
        writer.Bytes(INET_DIAG_INFO, tcp);
        int upper = writer.BeginNest(INET_DIAG_ULP_INFO);
        writer.Text(1, "mptcp"); // the name of the upper layer
        int nest = writer.BeginNest(INET_ULP_INFO_MPTCP);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_TOKEN_REM, 101);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_TOKEN_LOC, 102);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ, 103);
        writer.Bytes(MPTCP_SUBFLOW_ATTR_MAP_SEQ, [104, 0, 0, 0, 0, 0, 0, 1]);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_MAP_SFSEQ, 105);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_SSN_OFFSET, 106);
        writer.UInt16(MPTCP_SUBFLOW_ATTR_MAP_DATALEN, 107);
        writer.UInt32(MPTCP_SUBFLOW_ATTR_FLAGS, (uint)MptcpSubflowFlags.FullyEstablished);
        writer.Byte(MPTCP_SUBFLOW_ATTR_ID_REM, 109);
        writer.Byte(MPTCP_SUBFLOW_ATTR_ID_LOC, 110);
        writer.EndNest(nest);
        writer.EndNest(upper);

        ConnectionSubflowParser.TryParse(Only(writer.Message), out uint token, out MptcpConnectionSubflow subflow).Should().BeTrue();

        token.Should().Be(102);
        (subflow with { Tcp = default }).Should().Be(new MptcpConnectionSubflow
        {
            InterfaceIndex = 3,
            LocalAddressId = 110,
            RemoteAddressId = 109,
            Flags = MptcpSubflowFlags.FullyEstablished,
            RemoteToken = 101,
            RelativeWriteSequence = 103,
            MapSequence = 104 + (1ul << 56),
            MapSubflowSequence = 105,
            SubflowSequenceOffset = 106,
            MapDataLength = 107,
        });
        (subflow.LocalEndPoint, subflow.RemoteEndPoint).Should().Be((IPEndPoint.Parse("192.0.2.1:1000"), IPEndPoint.Parse("192.0.2.254:2000")));
        subflow.Tcp.State.Should().Be(TcpState.Established);
        subflow.Tcp.CongestionWindow.Should().Be(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_TCP_socket_without_MPTCP_is_no_subflow(bool hasUpperLayer)
    {
        NetlinkMessageWriter writer = Socket(stackalloc byte[1024], AF_INET, TCP_ESTABLISHED, IPv4, Router);
        if (hasUpperLayer)
        {
            int upper = writer.BeginNest(INET_DIAG_ULP_INFO);
            writer.Text(1, "tls");
            writer.EndNest(upper);
        }

        ConnectionSubflowParser.TryParse(Only(writer.Message), out uint token, out MptcpConnectionSubflow subflow).Should().BeFalse();
        (token, subflow).Should().Be((0u, default(MptcpConnectionSubflow)));
    }

    /// <summary>Begins a message of inet_diag, from port 1000 to port 2000.</summary>
    static NetlinkMessageWriter Socket(Span<byte> buffer, int family, byte state, byte[] local, byte[] remote)
    {
        var writer = new NetlinkMessageWriter(buffer, SockDiag, 0);
        Span<byte> header = writer.Header(inet_diag_msg.Size);
        header[inet_diag_msg.idiag_family] = (byte)family;
        header[inet_diag_msg.idiag_state] = state;
        Span<byte> id = header[inet_diag_msg.id..];
        Port(1000).CopyTo(id[inet_diag_sockid.idiag_sport..]);
        Port(2000).CopyTo(id[inet_diag_sockid.idiag_dport..]);
        local.CopyTo(id[inet_diag_sockid.idiag_src..]);
        remote.CopyTo(id[inet_diag_sockid.idiag_dst..]);
        MemoryMarshal.Write(id[inet_diag_sockid.idiag_if..], 3);
        MemoryMarshal.Write(header[inet_diag_msg.idiag_rqueue..], 4);
        MemoryMarshal.Write(header[inet_diag_msg.idiag_wqueue..], 5);
        MemoryMarshal.Write(header[inet_diag_msg.idiag_uid..], 6);
        MemoryMarshal.Write(header[inet_diag_msg.idiag_inode..], 7);
        return writer;
    }
}
