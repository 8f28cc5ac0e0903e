using Mptcp.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>Parses a message of inet_diag about an MPTCP socket into a connection, without its subflows.</summary>
static class ConnectionParser
{
    /// <exception cref="InvalidDataException">The message has too few bytes.</exception>
    internal static MptcpConnection Parse(NetlinkMessage message, bool hasEndpointKinds)
    {
        var socket = new DiagSocket(message);
        (MptcpInfo? info, uint? mark) = (null, null);
        foreach (NetlinkAttribute attribute in socket.Attributes)
        {
            switch (attribute.Type)
            {
                case INET_DIAG_INFO when socket.State != TCP_LISTEN: // the kernel reports zeros for a listening socket
                    info = InfoParser.Parse(attribute.Value, hasEndpointKinds);
                    break;
                case INET_DIAG_MARK:
                    mark = attribute.UInt32;
                    break;
            }
        }

        return new MptcpConnection
        {
            AddressFamily = socket.Family,
            Local = socket.Local,
            Remote = socket.Remote,
            State = TcpStates.FromKernel(socket.State),
            Inode = socket.Inode,
            UserId = socket.UserId,
            InterfaceIndex = socket.InterfaceIndex,
            ReceiveQueue = socket.ReceiveQueue,
            SendQueue = socket.SendQueue,
            Mark = mark,
            Info = info,
        };
    }
}
