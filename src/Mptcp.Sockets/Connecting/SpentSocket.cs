using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>The socket of a client whose connect has failed, until another takes its place. Not thread-safe.</summary>
sealed class SpentSocket(ClientRequest failed)
{
    Socket _socket = failed.Original;

    /// <summary>False where the caller has given the client another.</summary>
    internal bool Is(Socket client) => client == _socket;

    /// <summary>Closes it; what takes its place is as the first was before it was used, and is still to be bound. Nothing changes where there is none to be had.</summary>
    internal Socket Replace(out Refusal refusal)
    {
        Socket fresh = failed.MakeInPlaceOf(_socket, out refusal);
        _socket.Dispose(); // before the other is bound: it may hold the local port
        return _socket = fresh;
    }

    /// <summary>Binds to what the first was bound to. Where that fails, what is to be bound is spent as well.</summary>
    internal void Bind()
    {
        if (failed.BoundTo is not null)
            _socket.Bind(failed.BoundTo);
    }

    /// <summary>Sees to it that no attempt goes on.</summary>
    internal void Undo() => NativeConnect.Undo(_socket.SafeHandle);
}
