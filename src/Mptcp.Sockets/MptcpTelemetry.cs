using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// The names under which this library can be observed, after OpenTelemetry's conventions. Nothing of it costs anything while nobody listens.
/// </summary>
public static class MptcpTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Sockets";

    /// <summary>
    /// The name of the activity source: a span for each connect, named <c>mptcp connect</c>, with an event for each attempt. Attributes: <c>server.address</c>, the
    /// name or address that was asked for, unless that were several addresses; <c>server.port</c>; <c>network.peer.address</c>, <c>network.peer.port</c> and
    /// <see cref="StateAttribute"/> if it succeeded, with <see cref="ReasonAttribute"/> if that is a fallback; <c>error.type</c> if not.
    /// </summary>
    public const string ActivitySourceName = "Mptcp.Sockets";

    /// <summary>
    /// Histogram, in seconds: how long a connect took from its first attempt on, without the resolution of names. Attributes: <c>network.transport</c> and
    /// <c>network.type</c>; <see cref="StateAttribute"/> if it succeeded, <c>error.type</c> if not.
    /// </summary>
    public const string ConnectDuration = "mptcp.connect.duration";

    /// <summary>
    /// Counter of attempts, of which a connect may have several. Where a <see cref="MptcpTcpClient"/> has a TCP socket, .NET makes them, and only the last is known.
    /// Attributes: <see cref="ProtocolAttribute"/> and <see cref="OutcomeAttribute"/>.
    /// </summary>
    public const string ConnectAttempts = "mptcp.connect.attempts";

    /// <summary>Counter of connections. Attributes: <see cref="RoleAttribute"/>, <see cref="StateAttribute"/>.</summary>
    public const string Connections = "mptcp.connections";

    /// <summary>Counter of connections that were to be Multipath TCP and are not. Attributes: <see cref="RoleAttribute"/>, <see cref="ReasonAttribute"/>.</summary>
    public const string Fallbacks = "mptcp.fallbacks";

    /// <summary>
    /// Observable counter, for whoever has asked for it with <see cref="ObserveKernelCounters"/>: the kernel's counters of the network namespace. Attribute:
    /// <see cref="CounterAttribute"/>.
    /// </summary>
    public const string KernelCounters = "mptcp.kernel.counters";

    /// <summary>
    /// Observable gauge of each connection given to <see cref="Observe"/>: how many subflows it has. Attributes: its <see cref="TokenAttribute"/>,
    /// <c>network.local.*</c> and <c>network.peer.*</c>.
    /// </summary>
    public const string Subflows = "mptcp.subflows";

    /// <summary>
    /// Observable gauge, in seconds, of each subflow of those connections: its smoothed round-trip time. Attributes: the connection's
    /// <see cref="TokenAttribute"/>, and its own <c>network.local.*</c> and <c>network.peer.*</c>.
    /// </summary>
    public const string SubflowRtt = "mptcp.subflow.rtt";

    /// <summary>The name of a counter, as in <see cref="MptcpCounters"/>.</summary>
    public const string CounterAttribute = "mptcp.counter";

    /// <summary>
    /// Which connection it is: its token (<see cref="MptcpInfo.Token"/>) in eight hexadecimal digits. One that speaks TCP has none.
    /// </summary>
    public const string TokenAttribute = "mptcp.token";

    /// <summary><c>mptcp</c>, <c>fallback</c> or <c>tcp</c>: see <see cref="MptcpState"/>.</summary>
    public const string StateAttribute = "mptcp.state";

    /// <summary><c>client</c> or <c>server</c>.</summary>
    public const string RoleAttribute = "mptcp.role";

    /// <summary>A <see cref="MptcpReason"/> in snake case; for a system without, its <see cref="MptcpUnavailableReason"/>.</summary>
    public const string ReasonAttribute = "mptcp.fallback.reason";

    /// <summary>What an attempt tried: <c>mptcp</c> or <c>tcp</c>.</summary>
    public const string ProtocolAttribute = "mptcp.protocol";

    /// <summary>What became of an attempt: <c>won</c>, <c>failed</c> or, overtaken by another or cancelled, <c>lost</c>.</summary>
    public const string OutcomeAttribute = "mptcp.attempt.outcome";

    /// <summary>
    /// Counts a connection that a server has accepted, in <see cref="Connections"/> and, if it has fallen back by now, in <see cref="Fallbacks"/>. Connects are counted by themselves; accepting is .NET's own business, so
    /// a server that is to be counted says so after each. Looks at the socket only while somebody listens.
    /// </summary>
    /// <param name="connection">The accepted socket.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">Somebody listens, and it is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">Somebody listens, and it is closed.</exception>
    public static void RecordAccepted(Socket connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (Metrics.Connections.Enabled || Metrics.Fallbacks.Enabled)
            Metrics.OnAccepted(connection.GetMptcpState());
    }

    /// <summary>Has the meter tell <see cref="KernelCounters"/>, from now on. Where the kernel counts nothing, nothing is told.</summary>
    public static void ObserveKernelCounters() => ObservedKernel.Start();

    /// <summary>
    /// Has the meter tell <see cref="Subflows"/> and <see cref="SubflowRtt"/> of a connection, asked of the kernel whenever they are collected, until it is
    /// closed or this is disposed of, once also where it is observed several times; at most 16 subflows. Each connection makes series of its own: meant for few and long-lived ones.
    /// </summary>
    /// <param name="connection">A connected socket.</param>
    /// <returns>Ends it; the socket stays open.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ArgumentException">It is not connected.</exception>
    /// <exception cref="NotSupportedException">It is not a stream socket of IPv4 or IPv6.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public static IDisposable Observe(Socket connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _ = connection.GetMptcpState(); // throws where it is of another kind, or closed
        return connection is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint peer }
            ? ObservedConnection.Start(connection, local, peer)
            : throw new ArgumentException("Only a connected socket can be observed.", nameof(connection));
    }
}
