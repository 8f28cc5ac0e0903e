using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>Runs a schedule one address after another, as <see cref="Socket"/> does: a blocking connect where there is no poll(2) to race with.</summary>
static class SequentialConnect
{
    internal static Socket Run(ConnectRequest request)
    {
        var schedule = new AttemptSchedule(request);
        Attempt? winner = null;
        try
        {
            while (schedule.TakeDue(Environment.TickCount64) is { } attempt)
            {
                if (TryConnect(request, schedule, attempt))
                    return (winner = attempt).Socket!;
            }

            throw schedule.ToException();
        }
        finally
        {
            Losers.Discard(request, schedule.Started, winner);
        }
    }

    static bool TryConnect(ConnectRequest request, AttemptSchedule schedule, Attempt attempt)
    {
        try
        {
            schedule.OnConnecting(attempt, request.Make(attempt), Environment.TickCount64);
        }
        catch (SocketException e)
        {
            OnFailed(request, schedule, attempt, e);
            return false;
        }

        if (request.Prepare(attempt) is { } error)
        {
            OnFailed(request, schedule, attempt, error);
            return false;
        }

        try
        {
            attempt.Socket!.Connect(attempt.Target);
            return true;
        }
        catch (SocketException e)
        {
            OnFailed(request, schedule, attempt, e);
            return false;
        }
    }

    static void OnFailed(ConnectRequest request, AttemptSchedule schedule, Attempt attempt, SocketException error)
    {
        schedule.OnFailed(attempt, error);
        request.GiveUp(attempt);
    }
}
