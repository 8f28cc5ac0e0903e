using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// The names of the metrics and traces of this library, which follow the conventions of OpenTelemetry. They cost nothing while nobody
/// listens.
/// </summary>
public static class MptcpTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Sockets";

    /// <summary>
    /// The name of the activity source. Each connect is a span named <c>mptcp connect</c>, with an event for each attempt.
    /// </summary>
    /// <remarks>
    /// The attributes are <c>server.address</c>, unless the caller passed several addresses, and <c>server.port</c>. On success there are
    /// <c>network.peer.address</c>, <c>network.peer.port</c> and <see cref="StateAttribute"/>, and after a fallback
    /// <see cref="ReasonAttribute"/>. On failure there is <c>error.type</c>.
    /// </remarks>
    public const string ActivitySourceName = "Mptcp.Sockets";

    /// <summary>
    /// The name of a histogram, in seconds: the time of a connect from its first attempt, without name resolution. The attributes are
    /// <c>network.transport</c> and <c>network.type</c>; on success <see cref="StateAttribute"/>, on failure <c>error.type</c>.
    /// </summary>
    public const string ConnectDuration = "mptcp.connect.duration";

    /// <summary>
    /// The name of a counter of attempts. A connect may have several. If a <see cref="MptcpTcpClient"/> has a TCP socket, .NET makes the
    /// attempts, and only the last one is counted. The attributes are <see cref="ProtocolAttribute"/> and <see cref="OutcomeAttribute"/>.
    /// </summary>
    public const string ConnectAttempts = "mptcp.connect.attempts";

    /// <summary>
    /// The name of a counter of connections. The attributes are <see cref="RoleAttribute"/> and <see cref="StateAttribute"/>.
    /// </summary>
    public const string Connections = "mptcp.connections";

    /// <summary>
    /// The name of a counter of connections that should use MPTCP and do not. The attributes are <see cref="RoleAttribute"/> and
    /// <see cref="ReasonAttribute"/>.
    /// </summary>
    public const string Fallbacks = "mptcp.fallbacks";

    /// <summary>
    /// The name of an observable counter: the kernel's counters of the network namespace. <see cref="ObserveKernelCounters"/> enables it.
    /// The attribute is <see cref="CounterAttribute"/>.
    /// </summary>
    public const string KernelCounters = "mptcp.kernel.counters";

    /// <summary>
    /// The name of an observable gauge: the number of subflows of each connection that was passed to <see cref="Observe"/>. The attributes
    /// are <see cref="TokenAttribute"/>, <c>network.local.*</c> and <c>network.peer.*</c> of the connection.
    /// </summary>
    public const string Subflows = "mptcp.subflows";

    /// <summary>
    /// The name of an observable gauge, in seconds: the smoothed round-trip time of each subflow of the connections that were passed to
    /// <see cref="Observe"/>. The attributes are <see cref="TokenAttribute"/> of the connection, and <c>network.local.*</c> and
    /// <c>network.peer.*</c> of the subflow.
    /// </summary>
    public const string SubflowRtt = "mptcp.subflow.rtt";

    /// <summary>The attribute with the name of a kernel counter, as in <see cref="MptcpCounters.Names"/>.</summary>
    public const string CounterAttribute = "mptcp.counter";

    /// <summary>
    /// The attribute with the token of a connection (<see cref="MptcpInfo.Token"/>), in eight hexadecimal digits. A connection that uses
    /// TCP has none.
    /// </summary>
    public const string TokenAttribute = "mptcp.token";

    /// <summary>
    /// The attribute with the state of a connection: <c>mptcp</c>, <c>fallback</c> or <c>tcp</c>. See <see cref="MptcpState"/>.
    /// </summary>
    public const string StateAttribute = "mptcp.state";

    /// <summary>The attribute with the role of this process in a connection: <c>client</c> or <c>server</c>.</summary>
    public const string RoleAttribute = "mptcp.role";

    /// <summary>
    /// The attribute with the <see cref="MptcpReason"/> in snake case or, on a system without MPTCP, the
    /// <see cref="MptcpUnavailableReason"/>.
    /// </summary>
    public const string ReasonAttribute = "mptcp.fallback.reason";

    /// <summary>The attribute with the protocol of an attempt: <c>mptcp</c> or <c>tcp</c>.</summary>
    public const string ProtocolAttribute = "mptcp.protocol";

    /// <summary>
    /// The attribute with the outcome of an attempt: <c>won</c>, <c>failed</c>, or <c>lost</c> if another attempt won or the connect was
    /// cancelled.
    /// </summary>
    public const string OutcomeAttribute = "mptcp.attempt.outcome";

    /// <summary>
    /// Counts an accepted connection in <see cref="Connections"/> and, if it has fallen back, in <see cref="Fallbacks"/>.
    /// </summary>
    /// <remarks>
    /// The library counts connects itself. .NET accepts connections, so a server calls this method for each. The socket is read only while
    /// somebody listens to a counter.
    /// </remarks>
    /// <example>
    /// <code>
    /// Socket client = await listener.AcceptAsync();
    /// MptcpTelemetry.RecordAccepted(client);
    /// </code>
    /// </example>
    /// <param name="connection">The accepted socket.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// Somebody listens, and <paramref name="connection"/> is not a stream socket of IPv4 or IPv6.
    /// </exception>
    /// <exception cref="ObjectDisposedException">Somebody listens, and <paramref name="connection"/> is closed.</exception>
    public static void RecordAccepted(Socket connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (Metrics.Connections.Enabled || Metrics.Fallbacks.Enabled)
            Metrics.OnAccepted(connection.GetMptcpState());
    }

    /// <summary>Counts an accepted client. See <see cref="RecordAccepted(Socket)"/>.</summary>
    /// <param name="client">The accepted client.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="client"/> is closed.</exception>
    public static void RecordAccepted(TcpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        ObjectDisposedException.ThrowIf(client.Client is null, client);
        RecordAccepted(client.Client);
    }

    /// <summary>
    /// Adds the kernel's MPTCP counters to the meter, as <see cref="KernelCounters"/>. On a system without them, no measurement is
    /// reported.
    /// </summary>
    public static void ObserveKernelCounters() => ObservedKernel.Start();

    /// <summary>
    /// Adds <see cref="Subflows"/> and <see cref="SubflowRtt"/> of a connection to the meter, until the socket is closed or the returned
    /// object is disposed of.
    /// </summary>
    /// <remarks>
    /// <para>The kernel is asked at each collection. A connection that is observed several times is reported once, with the tags of the
    /// first time and with at most 16 subflows.</para>
    /// <para>
    /// Without <paramref name="tags"/>, each connection creates its own time series, by its token and ports: observe few connections with
    /// a long life. With tags, these take the place of the token and the ports, and the next connection with the same tags continues the
    /// series.
    /// </para>
    /// </remarks>
    /// <example><code>using IDisposable observation = MptcpTelemetry.Observe(socket, new KeyValuePair&lt;string, object?>("peer", "backend"));</code></example>
    /// <param name="connection">A connected socket.</param>
    /// <param name="tags">
    /// Tags that distinguish this connection from others, such as the name of the peer; empty for the token and the ports.
    /// </param>
    /// <returns>An object that ends the observation when it is disposed of. The socket stays open.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="connection"/> is not connected.</exception>
    /// <exception cref="NotSupportedException"><paramref name="connection"/> is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="connection"/> is closed.</exception>
    public static IDisposable Observe(Socket connection, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _ = connection.GetMptcpState(); // throws for another kind of socket and for a closed one
        return connection is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint peer }
            ? ObservedConnection.Start(connection, local, peer, tags.ToArray())
            : throw new ArgumentException("The socket is not connected. Only a connected socket can be observed.", nameof(connection));
    }
}
