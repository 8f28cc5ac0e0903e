using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>A socket's own connect, for one attempt of a race. Unlike that which is awaited, it throws no exception when a peer refuses.</summary>
sealed class ConnectOperation : SocketAsyncEventArgs
{
    readonly AsyncRace _race;
    readonly Attempt _attempt;

    internal ConnectOperation(AsyncRace race, Attempt attempt)
    {
        _race = race;
        _attempt = attempt;
        RemoteEndPoint = attempt.Target;
    }

    /// <summary>The outcome; null if the race is told of it later.</summary>
    internal SocketError? Start()
    {
        bool isAnsweredLater = false;
        try
        {
            isAnsweredLater = _attempt.Socket!.ConnectAsync(this);
            return isAnsweredLater ? null : SocketError;
        }
        catch (ObjectDisposedException) // closed by somebody before it could begin
        {
            return SocketError.OperationAborted;
        }
        catch (SocketException e) // .NET has found out by itself, before it began
        {
            return e.SocketErrorCode;
        }
        finally
        {
            if (!isAnsweredLater)
                Dispose();
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        SocketError outcome = SocketError;
        Dispose();
        _race.OnAnsweredLater(_attempt, outcome);
    }
}
