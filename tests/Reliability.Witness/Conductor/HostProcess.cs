using System.Collections.Concurrent;
using System.Diagnostics;
using Mptcp.Lab;
using Reliability.Roles;

namespace Reliability.Conductor;

/// <summary>A program on a host of the lab, with its output.</summary>
sealed class HostProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task _reading;
    readonly ConcurrentQueue<string> _lines = new();
    readonly ConcurrentQueue<TaskCompletionSource<Sample>> _measuring = new();
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _isDisposed;

    HostProcess(Process process, string ready)
    {
        _process = process;
        _reading = Task.Run(() => ReadAsync(ready));
    }

    /// <summary>Gets the lines that it has written, without those that the conductor has asked for.</summary>
    internal IEnumerable<string> Lines => _lines;

    /// <summary>Gets the last measurement that was not asked for: that of a program at its beginning, or at its end.</summary>
    internal Sample? Last { get; private set; }

    /// <summary>Starts this program in one of its roles.</summary>
    internal static Task<HostProcess> StartRoleAsync(LabHost host, params string[] arguments) => StartAsync(host, Requests.Ready, [typeof(HostProcess).Assembly.Location, .. arguments]);

    /// <summary>Starts the command mptcp, as built with this program, and waits until a line of its output contains <paramref name="ready"/>.</summary>
    internal static Task<HostProcess> StartToolAsync(LabHost host, string ready, params string[] arguments)
    {
        // …/tests/Reliability.Witness/bin/CONFIGURATION/FRAMEWORK/
        string here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), built = Path.Combine([.. here.Split(Path.DirectorySeparatorChar)[^3..]]);
        return StartAsync(host, ready, [Path.GetFullPath(Path.Combine("../../../../../src/Mptcp.Tool", built, "Mptcp.Tool.dll"), here), .. arguments]);
    }

    static async Task<HostProcess> StartAsync(LabHost host, string ready, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = new HostProcess(host.Start(start), ready);
        await process._ready.Task;
        return process;
    }

    internal Task<Sample> MeasureAsync()
    {
        var measuring = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
        _measuring.Enqueue(measuring);
        _process.StandardInput.WriteLine(Requests.Measure);
        return measuring.Task;
    }

    /// <summary>Ends the program with the end of its input, and waits for it. Returns its exit code.</summary>
    internal Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        return WaitAsync();
    }

    /// <summary>Ends the program with SIGTERM or SIGKILL, and waits for it. Returns its exit code.</summary>
    internal async Task<int> SignalAsync(string signal)
    {
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]))
            await kill.WaitForExitAsync();

        return await WaitAsync();
    }

    /// <summary>Waits until the program has ended. Returns its exit code.</summary>
    internal async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        if (!_process.HasExited)
            _process.Kill();

        await WaitAsync();
        _process.Dispose();
    }

    async Task ReadAsync(string ready)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Sample.Parse(line) is not { } sample)
                _lines.Enqueue(line);
            else if (_measuring.TryDequeue(out TaskCompletionSource<Sample>? measuring))
                measuring.SetResult(sample);
            else
                Last = sample;

            if (line.Contains(ready, StringComparison.Ordinal))
                _ready.TrySetResult();
        }

        var end = new EndOfStreamException($"A program on a host has ended. Its last line was: {_lines.LastOrDefault()}");
        _ready.TrySetException(end);
        while (_measuring.TryDequeue(out TaskCompletionSource<Sample>? left))
            left.SetException(end);
    }
}
