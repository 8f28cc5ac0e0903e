using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>What becomes of the attempts that did not win.</summary>
static class Losers
{
    internal static void Discard(ConnectRequest request, IReadOnlyList<Attempt> started, Attempt? winner)
    {
        if (winner is { IsMptcp: true })
            BlackholeMemory.Forget(winner.Target);

        for (int i = 0; i < started.Count; i++) // an enumerator of the interface would be allocated
        {
            Attempt attempt = started[i];

            // A failed attempt was discarded when it failed.
            if (attempt == winner || attempt is not { Socket: { } socket, Error: null })
                continue;

            bool lostToTcp = attempt.IsMptcp && winner is { IsMptcp: false } && winner.TargetIndex == attempt.TargetIndex;
            if (lostToTcp && IsSeenThrough(request, attempt, socket))
                request.OnTakenOver(socket);
            else
                request.Discard(socket);
        }

        request.OnOver(started, winner); // only now it is known why Multipath TCP has lost
    }

    /// <summary>Learns from an attempt that TCP has overtaken; whether its socket goes on, to see what becomes of it.</summary>
    static bool IsSeenThrough(ConnectRequest request, Attempt attempt, Socket socket)
    {
        attempt.IsAnsweredLate = IsAnswered(socket);
        if (attempt.IsAnsweredLate)
            return false;

        request.LearnedBlackhole = BlackholeMemory.TryLearn(attempt.Target);
        return request.LearnedBlackhole is not null && LateAnswer.TryAwait(attempt.Target, socket);
    }

    /// <summary>Whether it was answered, too, be it by a refusal, and TCP was only noticed first.</summary>
    static bool IsAnswered(Socket socket)
    {
        try
        {
            return NativeConnect.IsDecided(socket.SafeHandle);
        }
        catch (ObjectDisposedException) // the caller's ConfigureSocket has kept it and closed it
        {
            return true;
        }
    }
}
