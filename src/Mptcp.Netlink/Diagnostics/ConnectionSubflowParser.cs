using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>Parses a message of inet_diag about a TCP socket into a subflow and the token of its connection.</summary>
static class ConnectionSubflowParser
{
    /// <returns>False if the TCP socket is not a subflow, or if the kernel does not report it.</returns>
    /// <exception cref="InvalidDataException">The message has too few bytes.</exception>
    internal static bool TryParse(NetlinkMessage message, out uint token, out MptcpConnectionSubflow subflow)
    {
        var socket = new DiagSocket(message);
        ReadOnlySpan<byte> tcpInfo = default;
        token = 0;
        subflow = default;
        bool isSubflow = false;
        foreach (NetlinkAttribute attribute in socket.Attributes)
        {
            switch (attribute.Type)
            {
                case INET_DIAG_INFO:
                    tcpInfo = attribute.Value;
                    break;
                case INET_DIAG_ULP_INFO:
                    isSubflow = TryParseUpperLayer(attribute.Nested, out token, out subflow);
                    break;
            }
        }

        if (!isSubflow)
            return false;

        subflow = subflow with
        {
            InterfaceIndex = socket.InterfaceIndex,
            Tcp = SubflowParser.Parse(null, socket.Local, socket.Remote, tcpInfo) with { State = TcpStates.FromKernel(socket.State) },
        };
        return true;
    }

    static bool TryParseUpperLayer(NetlinkAttributes attributes, out uint token, out MptcpConnectionSubflow subflow)
    {
        foreach (NetlinkAttribute attribute in attributes)
        {
            if (attribute.Type == INET_ULP_INFO_MPTCP)
            {
                (token, subflow) = Parse(attribute.Nested);
                return true;
            }
        }

        (token, subflow) = (0, default);
        return false;
    }

    static (uint Token, MptcpConnectionSubflow Subflow) Parse(NetlinkAttributes attributes)
    {
        (uint token, uint remoteToken, uint flags) = (0, 0, 0);
        (byte localId, byte remoteId) = (0, 0);
        (uint? relativeWriteSequence, uint? mapSubflowSequence, uint? sequenceOffset, ulong? mapSequence, ushort? mapLength) =
            (null, null, null, null, null);
        foreach (NetlinkAttribute attribute in attributes)
        {
            switch (attribute.Type)
            {
                case MPTCP_SUBFLOW_ATTR_TOKEN_REM:
                    remoteToken = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_TOKEN_LOC:
                    token = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_FLAGS:
                    flags = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_ID_REM:
                    remoteId = attribute.Byte;
                    break;
                case MPTCP_SUBFLOW_ATTR_ID_LOC:
                    localId = attribute.Byte;
                    break;
                case MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ:
                    relativeWriteSequence = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_MAP_SEQ:
                    mapSequence = attribute.UInt64;
                    break;
                case MPTCP_SUBFLOW_ATTR_MAP_SFSEQ:
                    mapSubflowSequence = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_SSN_OFFSET:
                    sequenceOffset = attribute.UInt32;
                    break;
                case MPTCP_SUBFLOW_ATTR_MAP_DATALEN:
                    mapLength = attribute.UInt16;
                    break;
            }
        }

        return (token, new MptcpConnectionSubflow
        {
            LocalAddressId = localId,
            RemoteAddressId = remoteId,
            Flags = (MptcpSubflowFlags)flags,
            RemoteToken = remoteToken,
            RelativeWriteSequence = relativeWriteSequence,
            MapSequence = mapSequence,
            MapSubflowSequence = mapSubflowSequence,
            SubflowSequenceOffset = sequenceOffset,
            MapDataLength = mapLength,
        });
    }
}
