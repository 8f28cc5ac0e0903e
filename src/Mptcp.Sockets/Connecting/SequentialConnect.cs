using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>Runs a schedule one address after another, as <see cref="Socket"/> does: a blocking connect where there is no poll(2) to race with.</summary>
static class SequentialConnect
{
    internal static Socket Run(ConnectRequest request)
    {
        var schedule = new AttemptSchedule(request);
        while (schedule.TakeDue(Environment.TickCount64) is { } attempt)
        {
            try
            {
                Socket socket = request.Make(attempt.Target, attempt.WantsMptcp, out bool isMptcp);
                schedule.OnConnecting(attempt, socket, isMptcp, Environment.TickCount64);
                socket.Connect(attempt.Target);
                return socket;
            }
            catch (SocketException e)
            {
                schedule.OnFailed(attempt, e);
                if (attempt.Socket is not null)
                    request.Discard(attempt.Socket);
            }
        }

        throw schedule.ToException();
    }
}
