using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Sees a Multipath TCP attempt through that TCP has overtaken, then closes it. The kernel learns of a blackhole only from an attempt that
/// connects after all (some 3 s later, without Multipath TCP; older ones than Linux 6.12 never do); and an answer with Multipath TCP shows that there is none.
/// </summary>
sealed class LateAnswer : RaceClock.Entry
{
    const int MostAtOnce = 16;
    const int MostLooks = 40;
    const int MillisecondsBetweenLooks = 250;
    static int s_awaited;

    readonly IPEndPoint _target;
    readonly Socket _socket;
    int _looks;

    LateAnswer(IPEndPoint target, Socket socket)
    {
        _target = target;
        _socket = socket;
    }

    /// <summary>Takes the socket over; false, and it is not taken, where enough others are awaited.</summary>
    internal static bool TryAwait(IPEndPoint target, Socket socket)
    {
        if (Interlocked.Increment(ref s_awaited) > MostAtOnce)
        {
            Interlocked.Decrement(ref s_awaited);
            return false;
        }

        new LateAnswer(target, socket).LookAgainLater();
        return true;
    }

    void LookAgainLater() => RaceClock.WakeAt(this, Environment.TickCount64 + MillisecondsBetweenLooks);

    protected internal override void OnDue()
    {
        try
        {
            bool isConnected = NativeName.HasPeer(_socket.SafeHandle);
            if (!isConnected && ++_looks < MostLooks)
            {
                LookAgainLater();
                return;
            }

            if (isConnected && ConnectionState.Read(_socket) == MptcpState.Mptcp)
                BlackholeMemory.Forget(_target);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The caller's ConfigureSocket has kept the socket and closed it: nothing is to be learned any more.
        }

        _socket.Dispose();
        Interlocked.Decrement(ref s_awaited);
    }
}
