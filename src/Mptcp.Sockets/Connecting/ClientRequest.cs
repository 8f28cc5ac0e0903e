using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// A connect of a client that has a socket already: that one goes first, and whatever is tried beside or after it is made like it, bound to
/// the same local end point. The client's own socket stays open until the client has another, since it is what the others are made like.
/// </summary>
sealed class ClientRequest(IReadOnlyList<IPEndPoint> targets, MptcpMode mode, Socket original, Lock clientsLock)
    : ConnectRequest(targets, MptcpConnectOptions.Default)
{
    readonly ValuesBeforeConnect _before = ValuesBeforeConnect.Read(original);
    HashSet<int>? _boundTargets; // guarded by clientsLock; those of which an attempt has the port
    List<Socket>? _made; // guarded by clientsLock
    bool _isAborted; // guarded by clientsLock
    bool _originalIsUsed; // guarded by clientsLock

    internal override MptcpMode Mode => mode;

    /// <summary>The client's own socket.</summary>
    internal Socket Original => original;

    /// <summary>The client's next socket after a failed connect, which is to be bound as the original was.</summary>
    internal Socket? Replacement { get; set; }

    /// <summary>What it is bound to; null if it is not.</summary>
    internal IPEndPoint? BoundTo { get; init; }

    /// <summary>Whether the port of <see cref="BoundTo"/> is the system's choice, so that another will do.</summary>
    internal bool AnyPort { get; init; }

    /// <summary>True if the client's own socket is no longer the client's to close.</summary>
    internal bool OriginalIsTakenOver { get; private set; }

    protected override bool MayChoosePath => BoundTo is null;

    internal override Socket Make(Attempt attempt)
    {
        lock (clientsLock)
        {
            ObjectDisposedException.ThrowIf(_isAborted, typeof(MptcpTcpClient));
            if (attempt.WantsMptcp && !_originalIsUsed)
            {
                _originalIsUsed = true;
                return original;
            }

            Socket socket = SocketFactory.CreateLike(original, _before, attempt.WantsMptcp ? Mode : MptcpMode.Disabled, out Refusal refusal);
            attempt.Refusal = refusal;
            (_made ??= []).Add(socket);
            return socket;
        }
    }

    protected override void Bind(Attempt attempt)
    {
        if (BoundTo is null)
            return;

        bool isFirst;
        lock (clientsLock)
            isFirst = (_boundTargets ??= []).Add(attempt.TargetIndex);

        if (attempt.Socket == original)
            return;

        // Two sockets cannot connect from one port to one address.
        attempt.Socket!.Bind(AnyPort && !isFirst ? new IPEndPoint(BoundTo.Address, 0) : BoundTo);
    }

    internal override void Discard(Socket socket)
    {
        if (socket != original)
            socket.Dispose();
    }

    internal override void GiveUp(Attempt attempt)
    {
        if (attempt.Socket == original)
            NativeConnect.Undo(original.SafeHandle); // the client closes it, and until then it must not go on connecting

        base.GiveUp(attempt);
    }

    protected override void OnTakenOver(Socket socket) => OriginalIsTakenOver |= socket == original;

    /// <summary>A socket to take the original's place after a failed connect: not bound, and otherwise as the original was before it was used.</summary>
    internal Socket MakeReplacement(out Refusal refusal) => SocketFactory.CreateLike(original, _before, Mode, out refusal);

    /// <summary>Closes every attempt, since the client was closed.</summary>
    internal void Abort()
    {
        Socket[] made;
        lock (clientsLock)
        {
            _isAborted = true;
            made = [.. _made ?? []];
        }

        // Outside the lock: closing waits for a thread that uses the socket, which may be waiting for the lock.
        foreach (Socket socket in made)
            socket.Dispose();
    }
}
