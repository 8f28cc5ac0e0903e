using Microsoft.Extensions.Logging;
using Mptcp.Tool.Interop;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool;

/// <summary>Writes the log of a service to the terminal.</summary>
sealed class TerminalLog(Terminal terminal, LogLevel minimum = LogLevel.Information) : ILoggerProvider, ILogger
{
    readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;

        try
        {
            Write(logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.Message}");
        }
        catch (ClosedPipeException)
        {
            // The service continues, although nobody reads its log any more.
        }
    }

    public void Dispose()
    {
    }

    void Write(LogLevel logLevel, string message)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        lock (_lock)
        {
            if (terminal.IsJson)
                terminal.Object(new LogLine(now, logLevel.ToString().ToLowerInvariant(), message), ToolJson.Default.LogLine);
            else
                terminal.Line($"[grey]{Format.Time(now)}[/]  {(logLevel >= LogLevel.Warning ? $"[yellow]{Format.Cell(message)}[/]" : Format.Cell(message))}");

            terminal.Flush();
        }
    }
}
