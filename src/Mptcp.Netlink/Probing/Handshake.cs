using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Sockets.Connecting;
using static Mptcp.Netlink.MptcpProbeOutcome;

namespace Mptcp.Netlink.Probing;

/// <summary>One socket that connects to the peer. Its network namespace is that of the thread that has made this.</summary>
sealed class Handshake : IDisposable
{
    readonly IPEndPoint _peer;
    readonly Socket _socket;

    /// <param name="peer">The peer.</param>
    /// <param name="mode">TCP only, or MPTCP where the system has it.</param>
    /// <param name="from">The interface and address to leave by; null for those that the routing table chooses.</param>
    internal Handshake(IPEndPoint peer, MptcpMode mode, (string Interface, IPAddress Address)? from = null)
    {
        _peer = peer;
        _socket = MptcpSocket.Create(peer.AddressFamily, mode);
        try
        {
            if (from is not { } path)
                return;

            LocalPaths.Bind(_socket, path.Interface);
            _socket.Bind(new IPEndPoint(path.Address, 0));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    internal Socket Socket => _socket;

    /// <summary>Connects. A socket that connects without MPTCP has succeeded, too.</summary>
    internal async Task<MptcpProbeAttempt> RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(timeout);
        long start = Stopwatch.GetTimestamp();
        try
        {
            await _socket.ConnectAsync(_peer, ending.Token).ConfigureAwait(false);
            return Attempt(Succeeded);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt(NoAnswer);
        }
        catch (SocketException e)
        {
            return Attempt(OutcomeOf(e.SocketErrorCode), e.Message);
        }

        MptcpProbeAttempt Attempt(MptcpProbeOutcome outcome, string? error = null) => new() { Outcome = outcome, Elapsed = Stopwatch.GetElapsedTime(start), Error = error };
    }

    public void Dispose() => _socket.Dispose();

    static MptcpProbeOutcome OutcomeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable => NoRoute,
        SocketError.TimedOut => NoAnswer,
        _ => Failed,
    };
}
