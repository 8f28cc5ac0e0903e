namespace Mptcp.Sockets.Connecting;

/// <summary>What becomes of the attempts that did not win.</summary>
static class Losers
{
    internal static void Discard(ConnectRequest request, IReadOnlyList<Attempt> started, Attempt? winner)
    {
        if (winner is { IsMptcp: true })
            BlackholeMemory.Forget(winner.Target);

        foreach (Attempt attempt in started)
        {
            // A failed attempt has been discarded when it failed.
            if (attempt == winner || attempt is not { Socket: { } socket, Error: null })
                continue;

            bool lostToTcp = attempt.IsMptcp && winner is { IsMptcp: false } && winner.TargetIndex == attempt.TargetIndex;
            if (lostToTcp && BlackholeMemory.TryLearn(attempt.Target, socket, request.Logger))
                request.OnTakenOver(socket);
            else
                request.Discard(socket);
        }
    }
}
