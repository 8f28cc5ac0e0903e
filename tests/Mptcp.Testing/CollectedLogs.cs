using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mptcp.Testing;

/// <summary>Collects log entries.</summary>
sealed class CollectedLogs : ILoggerFactory, ILogger
{
    readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text)> _entries = new();

    internal IReadOnlyCollection<(LogLevel Level, string? Name, string Text)> Entries => _entries;

    internal string? Category { get; private set; }

    /// <summary>The name of a message at which the logger throws, as a broken provider does.</summary>
    internal string? ThrowAt { get; set; }

    /// <summary>Called with the name of each message, in the context of the log call.</summary>
    internal Action<string?>? OnEntry { get; init; }

    public ILogger CreateLogger(string categoryName)
    {
        Category = categoryName;
        return this;
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception)));
        OnEntry?.Invoke(eventId.Name);
        if (ThrowAt is not null && eventId.Name == ThrowAt)
            throw new TimeoutException("The provider does not answer.");
    }
}
