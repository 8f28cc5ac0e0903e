using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// A socket's own connect, for one attempt of a race. Unlike that which is awaited, it throws no exception when a peer refuses. As these are a quarter of what a
/// connect would allocate, the last one is used again.
/// </summary>
sealed class ConnectOperation : SocketAsyncEventArgs
{
    static readonly Lock s_lock = new();
    static readonly WeakReference<ConnectOperation?> s_free = new(null); // guarded by s_lock; weak, since it holds the socket that it has connected

    AsyncRace? _race; // null while it is free
    Attempt? _attempt;

    /// <summary>Connects the attempt's socket. The outcome; null if the race is told of it later.</summary>
    internal static SocketError? Start(AsyncRace race, Attempt attempt)
    {
        ConnectOperation operation = Take();
        operation._race = race;
        operation._attempt = attempt;
        operation.RemoteEndPoint = attempt.Target;
        return operation.Start(attempt.Socket!);
    }

    SocketError? Start(Socket socket)
    {
        try
        {
            if (socket.ConnectAsync(this))
                return null;
        }
        catch (ObjectDisposedException) // closed by somebody before it could begin
        {
            Dispose();
            return SocketError.OperationAborted;
        }
        catch (SocketException e) // .NET has found out by itself, before it began
        {
            Dispose();
            return e.SocketErrorCode;
        }

        SocketError outcome = SocketError;
        Free();
        return outcome;
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        (AsyncRace race, Attempt attempt, SocketError outcome) = (_race!, _attempt!, SocketError);
        Free();
        race.OnAnsweredLater(attempt, outcome);
    }

    static ConnectOperation Take()
    {
        lock (s_lock)
        {
            if (!s_free.TryGetTarget(out ConnectOperation? free))
                return new ConnectOperation();

            s_free.SetTarget(null);
            return free;
        }
    }

    void Free()
    {
        _race = null;
        _attempt = null;
        lock (s_lock)
        {
            if (!s_free.TryGetTarget(out _))
            {
                s_free.SetTarget(this);
                return;
            }
        }

        Dispose();
    }
}
