using System.Globalization;
using System.Net.Sockets;
using Mptcp.Netlink.Doctor;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>Examines a host, and reports what keeps its connections from using MPTCP or all of their paths, with the remedy.</summary>
/// <remarks><c>docs/doctor.md</c> explains each finding. If nothing is wrong, there is no finding.</remarks>
public static class MptcpDoctor
{
    /// <summary>Examines the network namespace of the calling thread, and a peer if the options name one. Needs no privilege.</summary>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the probe of the peer.</param>
    /// <returns>The findings, the most severe first.</returns>
    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses to list interfaces, routes or rules.</exception>
    /// <exception cref="SocketException">The process has too many open files, or the name of the peer cannot be resolved.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <example><code>foreach (MptcpFinding finding in await MptcpDoctor.ExamineAsync()) Console.WriteLine(finding);</code></example>
    public static async Task<IReadOnlyList<MptcpFinding>> ExamineAsync(
        MptcpDoctorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new MptcpDoctorOptions();
        MptcpHostSnapshot host = MptcpHostSnapshot.Take();
        MptcpProbeResult? peer = options.PeerHost is { } name
            ? await MptcpProbe.CheckAsync(name, options.PeerPort, cancellationToken: cancellationToken).ConfigureAwait(false)
            : null;
        return Examination.Run(host, options, peer);
    }

    /// <summary>Examines a snapshot, which may be of another host.</summary>
    /// <param name="host">The snapshot.</param>
    /// <param name="options">The options, of which the peer is ignored; <see langword="null"/> for the defaults.</param>
    /// <param name="peer">The result of a probe from that host; <see langword="null"/> for none.</param>
    /// <returns>The findings, the most severe first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    public static IReadOnlyList<MptcpFinding> Examine(
        MptcpHostSnapshot host, MptcpDoctorOptions? options = null, MptcpProbeResult? peer = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        return Examination.Run(host, options ?? new MptcpDoctorOptions(), peer);
    }

    /// <summary>Says why a connection has one path only. Each answer is explained in <c>docs/doctor.md</c>.</summary>
    /// <param name="host">A snapshot that has the connection.</param>
    /// <param name="token">
    /// The token of the connection: <see cref="MptcpInfo.Token"/> of its socket, or <see cref="MptcpHostConnection.Token"/>.
    /// </param>
    /// <param name="events">
    /// The events that a <see cref="MptcpEventMonitor"/> has read, in any order: they are sorted by <see cref="MptcpEvent.Time"/>, and
    /// those of the same time stay as they are. Events of other connections are ignored. The kernel reports the error of
    /// a path only in an event, at the moment when the path fails. Without events, the answer is based on the counters of the whole
    /// network namespace.
    /// </param>
    /// <returns>The reason, and what to do; <see langword="null"/> if the connection has several paths.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    /// <exception cref="ArgumentException">The snapshot has no connection with this token.</exception>
    /// <example><code>Console.WriteLine(MptcpDoctor.ExplainPaths(MptcpHostSnapshot.Take(), socket.GetMptcpInfo().Token));</code></example>
    public static MptcpFinding? ExplainPaths(MptcpHostSnapshot host, uint token, IEnumerable<MptcpEvent>? events = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        MptcpHostConnection connection = host.Connections?.FirstOrDefault(connection => connection.Token == token && token != 0)
            ?? throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The snapshot has no connection with the token {token:x8}. ")
                + "It may have been closed before the snapshot was taken.",
                nameof(token));
        var examined = new Case(host, new MptcpDoctorOptions(), Peer: null);
        IEnumerable<MptcpConnectionEvent> own = (events ?? []).OfType<MptcpConnectionEvent>()
            .Where(what => what.Token == token)
            .OrderBy(what => what.Time);
        return PathRules.Find(new PathCase(examined, connection, [.. own]));
    }
}
