using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>
/// The exception that is thrown when <see cref="MptcpConnectOptions.RequireMptcpPeer"/> is set and the peer answers without MPTCP.
/// </summary>
/// <remarks>The peer does not support MPTCP, or a middlebox on the way removed the option. The connection is closed.</remarks>
public class MptcpFallbackException : SocketException
{
    /// <summary>Initializes the exception with the address that answered.</summary>
    /// <param name="remoteEndPoint">The address that answered.</param>
    public MptcpFallbackException(EndPoint? remoteEndPoint)
        : base((int)SocketError.ProtocolNotSupported, $"{remoteEndPoint} answered without MPTCP, but {nameof(MptcpConnectOptions.RequireMptcpPeer)} is set. The peer does not support it, or a device on the way removed the option.") =>
        RemoteEndPoint = remoteEndPoint;

    /// <summary>Gets the address that answered.</summary>
    public EndPoint? RemoteEndPoint { get; }
}
