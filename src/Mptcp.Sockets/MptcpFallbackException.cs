using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>
/// <see cref="MptcpConnectOptions.RequireMptcpPeer"/> was asked for, and the connection was answered without Multipath TCP: by a peer that
/// does not speak it, or through a middlebox that takes it away. The connection is closed.
/// </summary>
public class MptcpFallbackException : SocketException
{
    /// <summary>Initializes the exception with the end point that was connected to.</summary>
    /// <param name="remoteEndPoint">The address that answered.</param>
    public MptcpFallbackException(EndPoint? remoteEndPoint)
        : base((int)SocketError.ProtocolNotSupported, $"{remoteEndPoint} answered without Multipath TCP, which {nameof(MptcpConnectOptions.RequireMptcpPeer)} asks for.") =>
        RemoteEndPoint = remoteEndPoint;

    /// <summary>The address that answered.</summary>
    public EndPoint? RemoteEndPoint { get; }
}
