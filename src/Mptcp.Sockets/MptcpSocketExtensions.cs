using System.Net.Sockets;
using Mptcp.Sockets.Explaining;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// Reads the MPTCP state and the paths of a socket. The methods work on every TCP socket, including one that another library created.
/// </summary>
public static class MptcpSocketExtensions
{
    /// <summary>
    /// Gets what the socket uses now. On an unconnected or listening socket, gets what it will offer or accept.
    /// </summary>
    /// <remarks>
    /// A connection can fall back during its life, so do not store the state. The method makes one system call if the connection uses
    /// MPTCP on Linux 6.10 or later (<c>TCP_IS_MPTCP</c>), and up to three otherwise. On systems other than Linux, the state is always
    /// <see cref="MptcpState.Tcp"/>.
    /// </remarks>
    /// <example><code>bool usesMptcp = socket.GetMptcpState() == MptcpState.Mptcp;</code></example>
    /// <param name="socket">A TCP or MPTCP socket.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpState GetMptcpState(this Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!IsTcp(socket))
            throw new NotSupportedException($"Only TCP sockets have an MPTCP state. This is a {socket.SocketType} socket of {socket.AddressFamily}.");

        if (OperatingSystem.IsLinux())
            return ConnectionState.Read(socket);

        ThrowIfClosed(socket);
        return MptcpState.Tcp;
    }

    /// <summary>Gets what the client's connection uses now. See <see cref="GetMptcpState(Socket)"/>.</summary>
    /// <param name="client">A connected or unconnected client.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public static MptcpState GetMptcpState(this TcpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        ObjectDisposedException.ThrowIf(client.Client is null, client);
        return client.Client.GetMptcpState();
    }

    /// <summary>Gets what the kernel reports about the connection. Makes one system call and does not allocate.</summary>
    /// <example><code>int extraSubflows = socket.GetMptcpInfo().ExtraSubflows;</code></example>
    /// <param name="socket">An MPTCP socket.</param>
    /// <returns>The state of the connection at this moment.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// The socket uses TCP, the connection fell back to TCP, or the kernel cannot report it. The message says which.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpInfo GetMptcpInfo(this Socket socket) => socket.TryGetMptcpInfo(out MptcpInfo info) ? info : throw NotReadable.ToException(socket);

    /// <summary>Gets what the kernel reports about the connection, if it uses MPTCP. Makes one system call and does not allocate.</summary>
    /// <example><code>if (socket.TryGetMptcpInfo(out MptcpInfo info)) Console.WriteLine($"{info.Token:x8}");</code></example>
    /// <param name="socket">Any socket.</param>
    /// <param name="info">When this method returns <see langword="true"/>, the state of the connection at this moment.</param>
    /// <returns>
    /// <see langword="true"/> if the connection uses MPTCP and the kernel can report it (<see cref="MptcpCapabilities.SupportsInfo"/>);
    /// otherwise, <see langword="false"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryGetMptcpInfo(this Socket socket, out MptcpInfo info)
    {
        info = default;
        return CanBeAsked(socket) && InfoReader.TryRead(socket, out info);
    }

    /// <summary>Gets the subflows of the connection, in the order in which they were established.</summary>
    /// <remarks>The method allocates an array. <see cref="GetMptcpSubflows(Socket, Span{MptcpSubflow})"/> does not.</remarks>
    /// <example><code>foreach (MptcpSubflow subflow in socket.GetMptcpSubflows()) Console.WriteLine(subflow.RemoteEndPoint);</code></example>
    /// <param name="socket">An MPTCP socket.</param>
    /// <returns>All subflows; empty if none is left. For a listening socket, its own TCP socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// The socket uses TCP, the connection fell back to TCP, or the kernel cannot report it. The message says which.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static MptcpSubflow[] GetMptcpSubflows(this Socket socket)
    {
        Span<MptcpSubflow> subflows = stackalloc MptcpSubflow[SubflowReader.Usual];
        while (true)
        {
            if (!CanBeAsked(socket) || !SubflowReader.TryRead(socket, subflows, out int total))
                throw NotReadable.ToException(socket);

            if (total <= subflows.Length)
                return subflows[..total].ToArray();

            subflows = new MptcpSubflow[total];
        }
    }

    /// <summary>
    /// Writes the subflows of the connection to a span, without allocating.
    /// </summary>
    /// <remarks>
    /// On Linux 6.5 and later, all values are of one moment and need one system call (<c>MPTCP_FULL_INFO</c>). Older kernels need two: for
    /// the addresses (<c>MPTCP_SUBFLOW_ADDRS</c>) and for the other values (<c>MPTCP_TCPINFO</c>). If the number of subflows changes
    /// between the two, the method tries again; if it keeps changing, only the addresses are returned. For more than 16 subflows, memory
    /// is rented from <see cref="System.Buffers.ArrayPool{T}.Shared"/>.
    /// </remarks>
    /// <example>
    /// <code>
    /// var subflows = new MptcpSubflow[8];
    /// int count = socket.GetMptcpSubflows(subflows);
    /// </code>
    /// </example>
    /// <param name="socket">An MPTCP socket.</param>
    /// <param name="subflows">
    /// The span to write to. Subflows for which it has no room are left out; <see cref="MptcpInfo.TotalSubflows"/> counts them, too.
    /// </param>
    /// <returns>The number of subflows that were written.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// The socket uses TCP, the connection fell back to TCP, or the kernel cannot report it. The message says which.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int GetMptcpSubflows(this Socket socket, Span<MptcpSubflow> subflows) =>
        socket.TryGetMptcpSubflows(subflows, out int written) ? written : throw NotReadable.ToException(socket);

    /// <summary>
    /// Writes the subflows of the connection to a span, if it uses MPTCP. See <see cref="GetMptcpSubflows(Socket, Span{MptcpSubflow})"/>.
    /// </summary>
    /// <param name="socket">Any socket.</param>
    /// <param name="subflows">The span to write to. Subflows for which it has no room are left out.</param>
    /// <param name="written">The number of subflows that were written.</param>
    /// <returns>
    /// <see langword="true"/> if the connection uses MPTCP and the kernel can report it
    /// (<see cref="MptcpCapabilities.SupportsSubflowInfo"/>); otherwise, <see langword="false"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryGetMptcpSubflows(this Socket socket, Span<MptcpSubflow> subflows, out int written)
    {
        int total = 0;
        bool isAvailable = CanBeAsked(socket) && SubflowReader.TryRead(socket, subflows, out total);
        written = Math.Min(total, subflows.Length);
        return isAvailable;
    }

    /// <summary>
    /// Explains why the socket uses MPTCP or TCP.
    /// </summary>
    /// <remarks>
    /// The answer combines what the connect found out, what the system supports, and the kernel's counters. The counters are those of the
    /// whole network namespace. If they leave several reasons, the reason is <see cref="MptcpReason.Ambiguous"/>. The method is meant for
    /// people and logs; it makes several system calls.
    /// </remarks>
    /// <example><code>logger.LogInformation("{Why}", socket.ExplainMptcp());</code></example>
    /// <param name="socket">A TCP or MPTCP socket, preferably a connected one.</param>
    /// <returns>The reason, for programs and for people.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="NotSupportedException">The socket is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">
    /// The system cannot create a socket for the check, for example because the process has too many open files.
    /// </exception>
    public static MptcpExplanation ExplainMptcp(this Socket socket) => Explainer.Explain(socket, socket.GetMptcpState());

    /// <summary>
    /// Explains why an accepted connection uses MPTCP or TCP, more exactly than <see cref="ExplainMptcp(Socket)"/>. If the listening
    /// socket uses TCP, it is the reason. Otherwise, the reason lies with the client or on the way.
    /// </summary>
    /// <param name="socket">The accepted socket.</param>
    /// <param name="listenerState">The state of the socket that accepted the connection. See <see cref="GetMptcpState(Socket)"/>.</param>
    /// <inheritdoc cref="ExplainMptcp(Socket)" path="/*[not(self::summary) and not(self::param) and not(self::example)]"/>
    public static MptcpExplanation ExplainMptcp(this Socket socket, MptcpState listenerState) =>
        Explainer.Explain(socket, socket.GetMptcpState(), listenerState);

    /// <summary>Explains why the client's connection uses MPTCP or TCP. See <see cref="ExplainMptcp(Socket)"/>.</summary>
    /// <param name="client">A connected or accepted client.</param>
    /// <returns>The reason, for programs and for people.</returns>
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
