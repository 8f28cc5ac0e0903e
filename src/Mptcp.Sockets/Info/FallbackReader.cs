using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Reads when a connection fell back. The kernel refuses <c>MPTCP_INFO</c> to its socket, and reports it through inet_diag, in the network
/// namespace of the calling thread.
/// </summary>
static class FallbackReader
{
    /// <summary>
    /// Gets whether the peer had answered the handshake with MPTCP; null if the kernel does not report it (<c>CONFIG_INET_MPTCP_DIAG</c>).
    /// </summary>
    internal static bool? HadMptcpPeer(Socket socket)
    {
        using NativeSocket? netlink = NativeSocket.TryOpenNetlink(NETLINK_SOCK_DIAG);
        // .NET would throw for an end point that is gone, and then treat the socket as unconnected.
        if (netlink is null || !NativeName.HasPeer(socket.SafeHandle) || socket is not { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote })
            return null;

        bool? hadMptcpPeer = null;
        int family = socket.AddressFamily == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        NetlinkMessageWriter request = DiagRequest.List(stackalloc byte[NetlinkMessageWriter.Enough], family, IPPROTO_MPTCP, uint.MaxValue, local.Port, remote.Port);
        try
        {
            NetlinkQuery.Ask(netlink, request.Message, SOCK_DIAG_BY_FAMILY, message =>
            {
                var found = new DiagSocket(message);
                if (found.Local.ToEndPoint().Equals(Unmapped(local)) && found.Remote.ToEndPoint().Equals(Unmapped(remote)))
                    hadMptcpPeer = ReadKeyReceived(found) ?? hadMptcpPeer;
            });
        }
        catch (InvalidDataException)
        {
            return null; // the kernel's answer makes no sense
        }

        return hadMptcpPeer;
    }

    static bool? ReadKeyReceived(DiagSocket socket)
    {
        foreach (NetlinkAttribute attribute in socket.Attributes)
        {
            if (attribute.Type == INET_DIAG_INFO)
                return InfoParser.Parse(attribute.Value, InfoReader.HasEndpointKinds).IsRemoteKeyReceived;
        }

        return null;
    }

    /// <summary>A dual-mode socket has IPv4 addresses mapped into IPv6.</summary>
    static IPEndPoint Unmapped(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
