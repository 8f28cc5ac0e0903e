using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// A connect of a client that already has a socket. That socket goes first. Every other attempt gets a socket like it, bound to the same
/// local end point. The client's socket stays open until the client has another, because it is the template of the others.
/// </summary>
sealed class ClientRequest(IReadOnlyList<IPEndPoint> targets, MptcpMode mode, Socket original, Lock clientsLock)
    : ConnectRequest(targets, MptcpConnectOptions.Default)
{
    readonly ValuesBeforeConnect _before = ValuesBeforeConnect.Read(original);
    HashSet<int>? _boundTargets; // guarded by clientsLock; the targets for which an attempt has the local port
    List<Socket>? _made; // guarded by clientsLock
    bool _isAborted; // guarded by clientsLock
    bool _originalIsUsed; // guarded by clientsLock

    internal override MptcpMode Mode => mode;

    /// <summary>The client's own socket.</summary>
    internal Socket Original => original;

    /// <summary>The client's next socket after a failed connect. It is bound as the original was.</summary>
    internal Socket? Replacement { get; set; }

    /// <summary>The local end point; null if the socket is not bound.</summary>
    internal IPEndPoint? BoundTo { get; init; }

    /// <summary>Whether the system chose the port of <see cref="BoundTo"/>, so that another port will do.</summary>
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
            NativeConnect.Undo(original.SafeHandle); // the client closes it later; until then it must not continue to connect

        base.GiveUp(attempt);
    }

    protected override void OnTakenOver(Socket socket) => OriginalIsTakenOver |= socket == original;

    /// <summary>
    /// Creates a socket that replaces the original after a failed connect: not bound, with the options that the original had before its
    /// use.
    /// </summary>
    internal Socket MakeReplacement(out Refusal refusal) => SocketFactory.CreateLike(original, _before, Mode, out refusal);

    /// <summary>Closes every attempt, because the client was closed.</summary>
    internal void Abort()
    {
        Socket[] made;
        lock (clientsLock)
        {
            _isAborted = true;
            made = [.. _made ?? []];
        }

        // Outside the lock: Dispose waits for a thread that uses the socket, and that thread may wait for the lock.
        foreach (Socket socket in made)
            socket.Dispose();
    }
}
