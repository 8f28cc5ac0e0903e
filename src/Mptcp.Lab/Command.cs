using System.Diagnostics;

namespace Mptcp.Lab;

/// <summary>Runs a program to its end.</summary>
static class Command
{
    static readonly string[] s_directories =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin"]; // an ordinary user's PATH may lack the last two

    /// <summary>
    /// Finds the full path of a program; null if it does not exist. A path is relative to the current directory, as for
    /// <see cref="Process"/>.
    /// </summary>
    internal static string? Find(string program) => program.Contains('/')
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : s_directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Finds the full path of a program: given a bare name, .NET would first look beside this process's program and in the current
    /// directory.
    /// </summary>
    /// <exception cref="LabException">The program does not exist.</exception>
    internal static string Require(string program) => Find(program) ?? throw (LabRequirements.FindPackage(program) is { } package
        ? new LabNotSupportedException($"This needs the program {program}: on Debian, 'apt-get install {package}'.")
        : new LabException($"'{program}' cannot be started: the program does not exist."));

    /// <summary>Runs a program and returns what it wrote to standard output.</summary>
    /// <param name="program">The name or path of the program.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="input">The text for the program's standard input.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <param name="starter">Starts the program. By default, the calling thread does, in its network namespace.</param>
    /// <exception cref="LabException">The program cannot be started, or its exit code is not 0.</exception>
    /// <exception cref="OperationCanceledException">The program was killed.</exception>
    internal static string Run(
        string program, IEnumerable<string> arguments, string input = "", Func<ProcessStartInfo, Process>? starter = null, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(Require(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = (starter ?? Start)(start);
        using CancellationTokenRegistration killer = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        // On a new thread: on threads of the pool, many programs at once would wait for each other.
        Task<string> error = Task.Factory.StartNew(process.StandardError.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        WriteInput(process, input);
        string output = process.StandardOutput.ReadToEnd();
        string complaint = error.GetAwaiter().GetResult().Trim();
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw new LabException($"'{string.Join(' ', [program, .. arguments])}' ended with exit code {process.ExitCode}: {complaint}"
                + (input.Length > 0 ? $" Its input was:{Environment.NewLine}{input.TrimEnd()}" : ""));
    }

    static void WriteInput(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it read everything. Its standard error says why.
        }
    }

    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"'{start.FileName}' cannot be started: {e.Message}", e);
        }
    }
}
