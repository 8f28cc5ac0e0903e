using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// A connect of a client whose socket is TCP, which .NET makes by itself: here only to be told of. .NET tries one address after the other, and what is known in the
/// end is the last.
/// </summary>
sealed class TcpRequest : ConnectRequest
{
    readonly Socket _socket;
    readonly WhyTcp? _why;
    long _startedAt; // within the span, which begins after this was made

    /// <param name="targets">What it may connect to.</param>
    /// <param name="socket">The client's.</param>
    /// <param name="why">Why it is TCP; null if it was to be.</param>
    internal TcpRequest(IReadOnlyList<IPEndPoint> targets, Socket socket, WhyTcp? why)
        : base(targets)
    {
        _socket = socket;
        _why = why;
        Mode = why is null ? MptcpMode.Disabled : MptcpMode.Preferred;
    }

    /// <summary>Connects, if asked to on the calling thread.</summary>
    internal Action Connect { get; init; } = static () => { };

    /// <summary>Connects, if asked to otherwise.</summary>
    internal Func<CancellationToken, ValueTask> ConnectAsync { get; init; } = static _ => default;

    internal override Socket Run()
    {
        _startedAt = Stopwatch.GetTimestamp();
        try
        {
            Connect();
            return OnConnected();
        }
        catch (Exception e)
        {
            OnFailed(e);
            throw;
        }
    }

    internal override async ValueTask<Socket> RunAsync(CancellationToken cancellationToken)
    {
        _startedAt = Stopwatch.GetTimestamp();
        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            return OnConnected();
        }
        catch (Exception e)
        {
            OnFailed(e);
            throw;
        }
    }

    internal override Socket Make(Attempt attempt) => _socket;

    /// <summary>Whatever telling of it has led to: it is the client's, and connected.</summary>
    internal override void Discard(Socket socket)
    {
    }

    Socket OnConnected()
    {
        Attempt attempt = LastAttempt(Peer() ?? Targets[^1]);
        attempt.Socket = _socket;
        OnOver([attempt], attempt);
        return _socket;
    }

    /// <summary>Null where the client was closed as soon as it had connected, which is its caller's business.</summary>
    IPEndPoint? Peer()
    {
        try
        {
            return _socket.RemoteEndPoint as IPEndPoint;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return null;
        }
    }

    void OnFailed(Exception error)
    {
        Attempt attempt = LastAttempt(Targets[^1]);
        attempt.Error = error as SocketException;
        OnOver([attempt], winner: null);
    }

    Attempt LastAttempt(IPEndPoint target) =>
        new(Targets.Count - 1, Addresses.Target(target.Address, target.Port), wantsMptcp: _why is not null)
        {
            StartedAt = _startedAt,
            Refusal = _why?.Refusal ?? default,
        };
}
