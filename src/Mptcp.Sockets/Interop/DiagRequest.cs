using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Sockets.Interop;

/// <summary>A request of inet_diag: <c>struct inet_diag_req_v2</c>.</summary>
static class DiagRequest
{
    const byte AllTypes = 255; // protocol 262 does not fit into the byte of the structure, and is in an attribute

    /// <summary>Requests all sockets of a family and protocol in some states, with their <c>INET_DIAG_INFO</c>.</summary>
    internal static NetlinkMessageWriter List(Span<byte> buffer, int family, int protocol, uint states, int localPort = 0, int remotePort = 0)
    {
        NetlinkMessageWriter writer = Begin(buffer, NLM_F_DUMP, family, protocol, states, out Span<byte> socketId);
        BinaryPrimitives.WriteUInt16BigEndian(socketId[inet_diag_sockid.idiag_sport..], (ushort)localPort);
        BinaryPrimitives.WriteUInt16BigEndian(socketId[inet_diag_sockid.idiag_dport..], (ushort)remotePort);
        return writer;
    }

    /// <summary>Requests the MPTCP connection with a token.</summary>
    internal static NetlinkMessageWriter One(Span<byte> buffer, uint token)
    {
        NetlinkMessageWriter writer = Begin(buffer, NLM_F_ACK, AF_INET, IPPROTO_MPTCP, uint.MaxValue, out Span<byte> socketId);
        MemoryMarshal.Write(socketId[inet_diag_sockid.idiag_cookie..], token); // mptcp_diag_dump_one in net/mptcp/mptcp_diag.c
        return writer;
    }

    static NetlinkMessageWriter Begin(Span<byte> buffer, ushort flags, int family, int protocol, uint states, out Span<byte> socketId)
    {
        var writer = new NetlinkMessageWriter(buffer, SOCK_DIAG_BY_FAMILY, flags);
        Span<byte> request = writer.Header(inet_diag_req_v2.Size);
        request[inet_diag_req_v2.sdiag_family] = (byte)family;
        request[inet_diag_req_v2.sdiag_protocol] = protocol > byte.MaxValue ? AllTypes : (byte)protocol;
        request[inet_diag_req_v2.idiag_ext] = 1 << (INET_DIAG_INFO - 1);
        MemoryMarshal.Write(request[inet_diag_req_v2.idiag_states..], states);
        if (protocol > byte.MaxValue)
            writer.UInt32(INET_DIAG_REQ_PROTOCOL, (uint)protocol);

        socketId = request[inet_diag_req_v2.id..];
        return writer;
    }
}
