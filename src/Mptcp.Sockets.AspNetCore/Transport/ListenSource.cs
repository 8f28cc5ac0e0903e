using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mptcp.Sockets.AspNetCore.Info;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// A listening socket with Kestrel's listener on it. In a reload, it outlives its endpoint. An accept may still be pending then; the next
/// endpoint awaits that one.
/// </summary>
sealed class ListenSource(IConnectionListener listener, Socket socket)
{
    static readonly Task<ConnectionContext?> s_noConnection = Task.FromResult<ConnectionContext?>(null);

    readonly Lock _lock = new();
    bool _isStopped;
    Task<ConnectionContext?>? _accept;

    internal EndPoint EndPoint => listener.EndPoint;

    internal Socket Socket => socket;

    /// <summary>Gets what the socket is. Read once: it cannot change, and a closed socket cannot be asked.</summary>
    internal ListenerFeature Feature { get; } = new(socket.GetMptcpState());

    internal bool IsMptcp => Feature.State == MptcpState.Mptcp;

    internal string Protocol => IsMptcp ? "MPTCP" : "TCP";

    /// <summary>
    /// Returns the pending accept or starts one. Its result is null after the socket is closed. <see cref="TakeAsync"/> hands out the
    /// result.
    /// </summary>
    internal Task<ConnectionContext?> AcceptAsync()
    {
        lock (_lock) // so that no accept starts after StopAsync has checked
            return _isStopped ? s_noConnection : _accept ??= listener.AcceptAsync().AsTask();
    }

    internal ValueTask<ConnectionContext?> TakeAsync() =>
        Interlocked.Exchange(ref _accept, null) is { } accept ? new ValueTask<ConnectionContext?>(accept) : listener.AcceptAsync();

    /// <summary>Closes the socket, and a connection that was accepted at that moment and that nobody will take.</summary>
    internal async ValueTask StopAsync()
    {
        lock (_lock)
            _isStopped = true;

        await listener.UnbindAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _accept, null) is { } accept && await accept.ConfigureAwait(false) is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Frees the listener. Call it after all its connections are closed, because they use its memory.</summary>
    internal ValueTask DisposeAsync() => listener.DisposeAsync();
}
