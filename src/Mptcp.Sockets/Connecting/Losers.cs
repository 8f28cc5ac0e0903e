using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>What becomes of the attempts that did not win.</summary>
static class Losers
{
    internal static void Discard(ConnectRequest request, IReadOnlyList<Attempt> started, Attempt? winner)
    {
        request.OnOver(started, winner);
        if (winner is { IsMptcp: true })
            BlackholeMemory.Forget(winner.Target);

        foreach (Attempt attempt in started)
        {
            // A failed attempt was discarded when it failed.
            if (attempt == winner || attempt is not { Socket: { } socket, Error: null })
                continue;

            bool lostToTcp = attempt.IsMptcp && winner is { IsMptcp: false } && winner.TargetIndex == attempt.TargetIndex;
            if (lostToTcp && IsSeenThrough(request, attempt.Target, socket))
                request.OnTakenOver(socket);
            else
                request.Discard(socket);
        }
    }

    /// <summary>Learns from an attempt that TCP has overtaken; whether its socket goes on, to see what becomes of it.</summary>
    static bool IsSeenThrough(ConnectRequest request, IPEndPoint target, Socket socket)
    {
        if (IsAnswered(socket))
            return false;

        request.LearnedBlackhole = BlackholeMemory.TryLearn(target);
        return request.LearnedBlackhole is not null && LateAnswer.TryAwait(target, socket);
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
