using Mptcp.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>A message of inet_diag about an MPTCP socket → a connection, without its subflows.</summary>
static class ConnectionParser
{
    /// <exception cref="InvalidDataException">There are too few bytes of something.</exception>
    internal static MptcpConnection Parse(NetlinkMessage message, bool hasEndpointKinds)
    {
        var socket = new DiagSocket(message);
        (MptcpInfo? info, uint? mark) = (null, null);
        foreach (NetlinkAttribute attribute in socket.Attributes)
        {
            switch (attribute.Type)
            {
                case INET_DIAG_INFO when socket.State != TCP_LISTEN: // of which the kernel tells zeros
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
