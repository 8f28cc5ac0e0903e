using System.Diagnostics;

namespace Mptcp.Testing;

/// <summary>A program that runs during the test and is killed at its end.</summary>
sealed class Child : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _error;

    Child(Process process)
    {
        _process = process;
        Output = process.StandardOutput;
        _error = process.StandardError.ReadToEndAsync();
    }

    internal int Id => _process.Id;

    /// <summary>Can be read to its end also after the program was killed; the process has no output any more then.</summary>
    internal StreamReader Output { get; }

    internal StreamWriter Input => _process.StandardInput;

    /// <summary>Starts a program in the calling thread's network namespace.</summary>
    internal static Child Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // If the tests run in the background, SIGINT is ignored, and child processes would inherit that.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        return new Child(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    internal static async Task<Result> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using Child child = Start(program, arguments, environment);
        return await child.ExitAsync();
    }

    internal async Task<Result> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(Limit.OfAWait);
        string output = await Output.ReadToEndAsync(timeout.Token);
        await _process.WaitForExitAsync(timeout.Token);
        return new Result(_process.ExitCode, output, await _error);
    }

    /// <summary>Reads the next line of the output. Fails with the error output if there is none.</summary>
    internal async Task<string> ReadLineAsync()
    {
        string? line = await Output.ReadLineAsync().WaitAsync(Limit.OfAWait);
        if (line is null)
            Assert.Fail($"The program has ended; it said: {await _error}");

        return line;
    }

    /// <summary>Reads the output until a line equals <paramref name="last"/>, and returns all of it.</summary>
    internal async Task<string[]> ReadToAsync(string last)
    {
        List<string> lines = [];
        while (lines is not [.., var line] || line != last)
            lines.Add(await ReadLineAsync());

        return [.. lines];
    }

    /// <summary>Waits only for the program itself: its children may still hold its output.</summary>
    internal Task EndAsync() => _process.WaitForExitAsync().WaitAsync(Limit.OfAWait);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    internal sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>Fails with the complete output of the program.</summary>
        internal Result ShouldSucceed()
        {
            ExitCode.Should().Be(0, "the program said: {0}{1}", Output, Error);
            return this;
        }
    }
}
