using System.Collections.Concurrent;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Live;

/// <summary>The latest events.</summary>
sealed class EventFeed : IAsyncDisposable
{
    const int MostLines = 50, MostOfAConnection = 50;

    readonly ConcurrentQueue<string> _lines = new();
    readonly ConcurrentDictionary<uint, ConcurrentQueue<MptcpEvent>> _events = new();
    readonly MptcpEventMonitor? _monitor;
    readonly Task _reading;

    internal EventFeed()
    {
        try
        {
            _monitor = MptcpEventMonitor.Open();
        }
        catch (Exception e) when (e is MptcpPrivilegeException or MptcpNotSupportedException)
        {
            _lines.Enqueue($"[grey]{(e is MptcpPrivilegeException ? "Events need the capability CAP_NET_ADMIN." : "This kernel tells no events.")}[/]");
        }

        _reading = _monitor is null ? Task.CompletedTask : ReadAsync(_monitor);
    }

    internal IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Gets the latest events of a connection, so that a busy host does not displace them.</summary>
    internal IReadOnlyCollection<MptcpEvent> EventsOf(uint token) => _events.TryGetValue(token, out ConcurrentQueue<MptcpEvent>? events) ? events : [];

    public async ValueTask DisposeAsync()
    {
        if (_monitor is not null)
            await _monitor.DisposeAsync();

        await _reading;
    }

    async Task ReadAsync(MptcpEventMonitor monitor)
    {
        await foreach (MptcpEvent what in monitor.ReadAllAsync())
        {
            Add(_lines, EventRow.Of(what, InterfaceNames.Read()), MostLines);
            if (what is MptcpConnectionClosed closed)
                _events.TryRemove(closed.Token, out _);
            else if (what is MptcpConnectionEvent one)
                Add(_events.GetOrAdd(one.Token, _ => new()), one, MostOfAConnection);
            else if (what is MptcpEventsLost)
                _events.Clear(); // the end of a connection may be among the lost events
        }
    }

    static void Add<T>(ConcurrentQueue<T> queue, T value, int most)
    {
        queue.Enqueue(value);
        while (queue.Count > most)
            queue.TryDequeue(out _);
    }
}
