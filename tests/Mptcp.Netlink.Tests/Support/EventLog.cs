using System.Collections.Concurrent;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Reads the events of a host until disposed of.</summary>
sealed class EventLog : IAsyncDisposable
{
    readonly MptcpEventMonitor _monitor;
    readonly ConcurrentQueue<MptcpEvent> _events = new();
    readonly Task _reading;

    EventLog(MptcpEventMonitor monitor)
    {
        _monitor = monitor;
        _reading = Task.Run(ReadAsync);
    }

    internal static EventLog Open(LabHost host) => new(host.Run(() => MptcpEventMonitor.Open()));

    internal IReadOnlyCollection<MptcpEvent> Events => _events;

    /// <summary>Waits for the first event of a type that matches.</summary>
    internal async Task<T> FindAsync<T>(Func<T, bool>? isWanted = null)
        where T : MptcpEvent
    {
        T? found = null;
        await Eventually.TrueAsync(() => (found = Find()) is not null || _reading.IsCompleted, $"there is a {typeof(T).Name}");
        found.Should().NotBeNull("the reading goes on: {0}", _reading.Exception);
        return found!;

        T? Find() => _events.OfType<T>().FirstOrDefault(what => isWanted?.Invoke(what) ?? true);
    }

    public async ValueTask DisposeAsync()
    {
        await _monitor.DisposeAsync();
        await _reading.WaitAsync(Limit.OfAWait);
    }

    async Task ReadAsync()
    {
        await foreach (MptcpEvent what in _monitor.ReadAllAsync())
            _events.Enqueue(what);
    }
}
