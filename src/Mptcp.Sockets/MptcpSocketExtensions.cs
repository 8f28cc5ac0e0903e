using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>Asks a socket of .NET's about Multipath TCP. Works on every TCP socket, whoever made it.</summary>
public static class MptcpSocketExtensions
{
    /// <summary>
    /// What the socket speaks now. On a socket that is listening or not connected, what it will offer or accept. A connection may fall back
    /// while it lives, so ask again rather than keep the answer. One system call where Multipath TCP is in use on Linux 6.10 or later
    /// (<c>TCP_IS_MPTCP</c>); off Linux always <see cref="MptcpState.Tcp"/>.
    /// </summary>
    /// <param name="socket">A TCP or Multipath TCP socket.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpState GetMptcpState(this Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream || !Require.IsInternet(socket.AddressFamily))
            throw new NotSupportedException($"Only TCP sockets have a Multipath TCP state; this is a {socket.SocketType} socket of {socket.AddressFamily}.");

        if (OperatingSystem.IsLinux())
            return ConnectionState.Read(socket);

        _ = socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type); // throws where the socket is closed
        return MptcpState.Tcp;
    }

    /// <summary>What the client's connection speaks now, as <see cref="GetMptcpState(Socket)"/> says it.</summary>
    /// <param name="client">A client, accepted or connecting.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public static MptcpState GetMptcpState(this TcpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        ObjectDisposedException.ThrowIf(client.Client is null, client);
        return client.Client.GetMptcpState();
    }
}
