using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Sockets.Connecting;
using static Mptcp.Netlink.MptcpProbeOutcome;

namespace Mptcp.Netlink.Probing;

/// <summary>One socket that connects to the peer, in the network namespace of the thread that created it.</summary>
sealed class Handshake : IDisposable
{
    static readonly byte[] s_data = [(byte)'G'];

    readonly IPEndPoint _peer;
    readonly MptcpProbeAttempt? _unbound;

    /// <param name="peer">The peer.</param>
    /// <param name="mode">TCP only, or MPTCP if the system has it.</param>
    /// <param name="from">The interface and local address; null if the routing table chooses.</param>
    internal Handshake(IPEndPoint peer, MptcpMode mode, (string Interface, IPAddress Address)? from = null)
    {
        _peer = peer;
        Socket = MptcpSocket.Create(peer.AddressFamily, mode);
        try
        {
            if (from is not { } path)
                return;

            LocalPaths.Bind(Socket, path.Interface);
            Socket.Bind(new IPEndPoint(path.Address, 0));
        }
        catch (SocketException e)
        {
            // the interface or address has just disappeared
            _unbound = new MptcpProbeAttempt { Outcome = NoRoute, Elapsed = TimeSpan.Zero, Error = e.Message };
        }
    }

    internal Socket Socket { get; }

    /// <summary>Connects. A connection without MPTCP is a success, too.</summary>
    internal async Task<MptcpProbeAttempt> RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_unbound is not null)
            return _unbound;

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(timeout);
        long start = Stopwatch.GetTimestamp();
        try
        {
            await Socket.ConnectAsync(_peer, ending.Token).ConfigureAwait(false);
            return Attempt(Succeeded);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Socket.Dispose(); // .NET lets it go on connecting, until the kernel gives up MPTCP for all connections
            return Attempt(NoAnswer);
        }
        catch (SocketException e)
        {
            return Attempt(OutcomeOf(e.SocketErrorCode), e.Message);
        }

        MptcpProbeAttempt Attempt(MptcpProbeOutcome outcome, string? error = null) =>
            new() { Outcome = outcome, Elapsed = Stopwatch.GetElapsedTime(start), Error = error };
    }

    /// <summary>
    /// Sends a byte and waits until the peer has acknowledged it with MPTCP. Only then does the kernel open further subflows.
    /// </summary>
    /// <returns><see langword="false"/> if the connection falls back.</returns>
    internal async Task<bool> StaysMptcpAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Socket.Send(s_data);
        long start = Stopwatch.GetTimestamp();
        while (Socket.GetMptcpState() == MptcpState.Mptcp)
        {
            if (!Socket.TryGetMptcpInfo(out MptcpInfo info) || info.SendUnacknowledged == info.WriteSequence
                || Stopwatch.GetElapsedTime(start) > timeout)
                return true;

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>The interval between two readings of values for which the kernel sends no events.</summary>
    internal static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(10);

    public void Dispose() => Socket.Dispose();

    static MptcpProbeOutcome OutcomeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable =>
            NoRoute,
        SocketError.TimedOut => NoAnswer,
        _ => Failed,
    };
}
