using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mptcp.Lab;

namespace SideBySide.Measuring;

/// <summary>A running contestant on a host.</summary>
sealed class RunningProgram : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // far longer than any of them takes

    readonly string _command;
    readonly Process _process;
    readonly Task<string> _error;

    RunningProgram(string command, Process process)
    {
        _command = command;
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    internal async Task<TimeSpan> ReadCpuTimeAsync() =>
        _process.HasExited ? throw await FailureAsync("has ended") : CpuClock.Read(_process);

    internal static RunningProgram Start(LabHost host, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new RunningProgram(string.Join(' ', command), host.Start(start));
    }

    /// <summary>Returns the prefix of a command that should run on one processor only; empty if there are too few.</summary>
    internal static string[] Pinned(int processor) =>
        processor < Environment.ProcessorCount ? ["taskset", "--cpu-list", processor.ToString(CultureInfo.InvariantCulture)] : [];

    /// <summary>Returns the first line of a server.</summary>
    internal async Task<string> ReadPortAsync()
    {
        string port = await ReadLineAsync();
        return int.TryParse(port, CultureInfo.InvariantCulture, out _) ? port : throw await FailureAsync($"says '{port}' in place of a port");
    }

    /// <summary>Returns when the warm-up of a client is over.</summary>
    internal async Task AwaitBeginAsync()
    {
        string line = await ReadLineAsync();
        if (line != "begin")
            throw await FailureAsync($"says '{line}' in place of 'begin'");
    }

    /// <summary>Requests further figures from a client.</summary>
    internal void AskAgain() => _process.StandardInput.WriteLine();

    /// <summary>Returns the figures of a client after a stint.</summary>
    internal async Task<Dictionary<string, double>> ReadFiguresAsync()
    {
        string line = await ReadLineAsync();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(line)!;
        }
        catch (JsonException)
        {
            throw await FailureAsync($"says '{line}' in place of figures");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    async Task<string> ReadLineAsync()
    {
        using var timeout = new CancellationTokenSource(s_patience);
        try
        {
            return await _process.StandardOutput.ReadLineAsync(timeout.Token) ?? throw await FailureAsync("has ended");
        }
        catch (OperationCanceledException)
        {
            throw await FailureAsync($"says nothing for {s_patience.TotalSeconds} s");
        }
    }

    async Task<BenchmarkException> FailureAsync(string what)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        return new BenchmarkException($"'{_command}' {what}. {await _error}".TrimEnd());
    }
}
