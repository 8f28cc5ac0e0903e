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
        if (!IsTcp(socket))
            throw new NotSupportedException($"Only TCP sockets have a Multipath TCP state; this is a {socket.SocketType} socket of {socket.AddressFamily}.");

        if (OperatingSystem.IsLinux())
            return ConnectionState.Read(socket);

        ThrowIfClosed(socket);
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

    /// <summary>What the kernel tells about the connection: one system call, and no allocation.</summary>
    /// <param name="socket">A Multipath TCP socket.</param>
    /// <returns>The connection at this moment.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not Multipath TCP, the connection has fallen back, or the system cannot tell; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpInfo GetMptcpInfo(this Socket socket) => socket.TryGetMptcpInfo(out MptcpInfo info) ? info : throw NothingToTell.About(socket);

    /// <summary>What the kernel tells about the connection, if anything: one system call, and no allocation.</summary>
    /// <param name="socket">Any socket.</param>
    /// <param name="info">The connection at this moment.</param>
    /// <returns>
    /// False where the socket is not Multipath TCP, the connection has fallen back to TCP, or the system cannot tell (<see cref="MptcpCapabilities.SupportsInfo"/>).
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryGetMptcpInfo(this Socket socket, out MptcpInfo info)
    {
        info = default;
        return CanBeAsked(socket) && InfoReader.TryRead(socket, out info);
    }

    /// <summary>The connection's subflows, the first first. As <see cref="GetMptcpSubflows(Socket, Span{MptcpSubflow})"/>, which does not allocate.</summary>
    /// <param name="socket">A Multipath TCP socket.</param>
    /// <returns>All of them; none where none is left. Of a socket that listens, its own TCP socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not Multipath TCP, the connection has fallen back, or the system cannot tell; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpSubflow[] GetMptcpSubflows(this Socket socket)
    {
        Span<MptcpSubflow> subflows = stackalloc MptcpSubflow[SubflowReader.Usual];
        int count = socket.GetMptcpSubflows(subflows);
        while (count > subflows.Length)
        {
            subflows = new MptcpSubflow[count];
            count = socket.GetMptcpSubflows(subflows);
        }

        return subflows[..count].ToArray();
    }

    /// <summary>
    /// Fills a caller's memory with the connection's subflows, without allocating: for more than 16, memory is rented of
    /// <see cref="System.Buffers.ArrayPool{T}.Shared"/>. All are of one moment (<c>MPTCP_FULL_INFO</c>, one system call) on Linux 6.5 or
    /// later; before, the addresses (<c>MPTCP_SUBFLOW_ADDRS</c>) and the rest (<c>MPTCP_TCPINFO</c>) are asked for one after the other and put together by their
    /// order. Should their numbers differ, because a subflow has come or gone between, they are asked for again, and if that is of no avail, the addresses alone are told.
    /// </summary>
    /// <param name="socket">A Multipath TCP socket.</param>
    /// <param name="subflows">Filled from its beginning; may be empty, to count them.</param>
    /// <returns>How many subflows there are: more than were filled in if there was not room for all.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not Multipath TCP, the connection has fallen back, or the system cannot tell; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int GetMptcpSubflows(this Socket socket, Span<MptcpSubflow> subflows) =>
        socket.TryGetMptcpSubflows(subflows, out int count) ? count : throw NothingToTell.About(socket);

    /// <summary>As <see cref="GetMptcpSubflows(Socket, Span{MptcpSubflow})"/>, where there may be nothing to tell.</summary>
    /// <param name="socket">Any socket.</param>
    /// <param name="subflows">Filled from its beginning.</param>
    /// <param name="count">How many subflows there are: more than were filled in if there was not room for all.</param>
    /// <returns>
    /// False where the socket is not Multipath TCP, the connection has fallen back to TCP, or the system cannot tell (<see cref="MptcpCapabilities.SupportsSubflowInfo"/>).
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryGetMptcpSubflows(this Socket socket, Span<MptcpSubflow> subflows, out int count)
    {
        count = 0;
        return CanBeAsked(socket) && SubflowReader.TryRead(socket, subflows, out count);
    }

    /// <summary>
    /// Why the socket speaks what it speaks, above all if that is not Multipath TCP: from what its connect has found out, from the system, and from the
    /// kernel's counters, which only prove something of one connection where they leave nothing else; otherwise the reason is
    /// <see cref="MptcpReason.Ambiguous"/>. Meant for people and logs; costs some system calls.
    /// </summary>
    /// <param name="socket">A TCP or Multipath TCP socket, best a connected one.</param>
    /// <returns>A reason to switch on and a text to read.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">There is no descriptor left to ask the system with.</exception>
    public static MptcpExplanation ExplainMptcp(this Socket socket) => Explainer.Explain(socket, socket.GetMptcpState());

    /// <summary>Why the client's connection speaks what it speaks, as <see cref="ExplainMptcp(Socket)"/> says it.</summary>
    /// <param name="client">A client, accepted or connected.</param>
    /// <returns>A reason to switch on and a text to read.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public static MptcpExplanation ExplainMptcp(this TcpClient client)
    {
        MptcpState state = client.GetMptcpState();
        return Explainer.Explain(client.Client, state);
    }

    static bool CanBeAsked(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!IsTcp(socket))
            return false;

        if (!OperatingSystem.IsLinux())
            ThrowIfClosed(socket);

        return OperatingSystem.IsLinux();
    }

    static bool IsTcp(Socket socket) => socket.SocketType == SocketType.Stream && Require.IsInternet(socket.AddressFamily);

    static void ThrowIfClosed(Socket socket) => _ = socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type);
}
