using System.Collections.Concurrent;
using Mptcp.Netlink;
using Mptcp.Sockets;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Live;

/// <summary>The latest events.</summary>
sealed class EventFeed : IAsyncDisposable
{
    const int Most = 50;

    readonly ConcurrentQueue<string> _lines = new();
    readonly ConcurrentQueue<MptcpEvent> _events = new();
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

    internal IReadOnlyCollection<MptcpEvent> Events => _events;

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
            _lines.Enqueue($"[grey]{Format.Time(what.Time)}[/]  {EventText.Of(what, InterfaceNames.Read())}");
            _events.Enqueue(what);
            while (_events.Count > Most)
                _events.TryDequeue(out _);

            while (_lines.Count > Most)
                _lines.TryDequeue(out _);
        }
    }
}
