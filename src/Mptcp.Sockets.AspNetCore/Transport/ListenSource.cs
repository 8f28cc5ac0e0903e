using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// A kernel socket that listens, with Kestrel's own listener on it. Outlives the endpoint that it was made for when that is reloaded, with an accept still
/// pending, which whoever comes next awaits.
/// </summary>
sealed class ListenSource(IConnectionListener listener, Socket socket)
{
    static readonly Task<ConnectionContext?> s_nobody = Task.FromResult<ConnectionContext?>(null);

    readonly Lock _lock = new();
    bool _isStopped;
    Task<ConnectionContext?>? _accept;

    internal EndPoint EndPoint => listener.EndPoint;

    internal Socket Socket => socket;

    /// <summary>Read once: what a listening socket speaks does not change, and nobody can ask it any more once it is closed.</summary>
    internal bool IsMptcp { get; } = socket.GetMptcpState() == MptcpState.Mptcp;

    internal string Protocol => IsMptcp ? "MPTCP" : "TCP";

    /// <summary>The pending accept, or a new one. Its result, null once the socket is closed, belongs to whoever calls <see cref="TakeAsync"/>.</summary>
    internal Task<ConnectionContext?> AcceptAsync()
    {
        lock (_lock) // or it might accept somebody after StopAsync has looked
            return _isStopped ? s_nobody : _accept ??= listener.AcceptAsync().AsTask();
    }

    internal ValueTask<ConnectionContext?> TakeAsync() =>
        Interlocked.Exchange(ref _accept, null) is { } accept ? new ValueTask<ConnectionContext?>(accept) : listener.AcceptAsync();

    /// <summary>Closes the socket. A connection that was accepted at that very moment, and which nobody will take, is closed.</summary>
    internal async ValueTask StopAsync()
    {
        lock (_lock)
            _isStopped = true;

        await listener.UnbindAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _accept, null) is { } accept && await accept.ConfigureAwait(false) is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Once all connections from here are closed: they use its memory.</summary>
    internal ValueTask DisposeAsync() => listener.DisposeAsync();
}
