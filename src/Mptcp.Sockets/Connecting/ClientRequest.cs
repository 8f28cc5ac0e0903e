using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// A connect of a client that has a socket already: that one goes first, and whatever is tried beside or after it is made like it, bound to
/// the same local end point. The client's own socket stays open until the client has another, since it is what the others are made like.
/// </summary>
/// <param name="targets">What to connect to.</param>
/// <param name="original">The client's own socket.</param>
/// <param name="boundTo">What it is bound to; null if it is not.</param>
/// <param name="anyPort">Whether the port of <paramref name="boundTo"/> is the system's choice, so that another will do.</param>
sealed class ClientRequest(IReadOnlyList<IPEndPoint> targets, Socket original, IPEndPoint? boundTo, bool anyPort) : ConnectRequest(targets)
{
    readonly Lock _lock = new();
    readonly List<Socket> _made = []; // guarded by _lock
    bool _isAborted; // guarded by _lock
    bool _originalIsUsed;

    /// <summary>True if the client's own socket is no longer the client's to close.</summary>
    internal bool OriginalIsTakenOver { get; private set; }

    internal override Socket Make(IPEndPoint target, bool wantsMptcp, out bool isMptcp)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isAborted, typeof(MptcpTcpClient));
            if (wantsMptcp && !_originalIsUsed)
            {
                _originalIsUsed = isMptcp = true;
                return original;
            }

            Socket socket = SocketFactory.CreateLike(original, wantsMptcp ? Mode : MptcpMode.Disabled, out isMptcp);
            _made.Add(socket);
            try
            {
                if (boundTo is not null)
                {
                    // Two sockets cannot connect from one port to one address, and TCP joins where the original is connecting to.
                    bool isJoining = _originalIsUsed && !wantsMptcp;
                    socket.Bind(isJoining && anyPort ? new IPEndPoint(boundTo.Address, 0) : boundTo);
                }

                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    internal override void Discard(Socket socket)
    {
        if (socket != original)
        {
            socket.Dispose();
            return;
        }

        try
        {
            NativeConnect.Undo(socket.SafeHandle); // the attempt ends, and what is set on the socket stays
        }
        catch (ObjectDisposedException)
        {
            // The client was closed meanwhile, which ends it, too.
        }
    }

    internal override void OnTakenOver(Socket socket) => OriginalIsTakenOver |= socket == original;

    /// <summary>Closes every attempt, since the client was closed.</summary>
    internal void Abort()
    {
        lock (_lock)
        {
            _isAborted = true;
            foreach (Socket socket in _made)
                socket.Dispose();
        }
    }
}
