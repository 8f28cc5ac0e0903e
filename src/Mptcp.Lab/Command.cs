using System.Diagnostics;

namespace Mptcp.Lab;

/// <summary>Runs a program to its end.</summary>
static class Command
{
    static readonly string[] s_directories =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin"]; // not on everybody's PATH

    /// <summary>Its full path; null if it is not here. A path is one from the current directory, as for <see cref="Process"/>.</summary>
    internal static string? Find(string program) => program.Contains('/')
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : s_directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>Its full path: .NET would look for a bare name beside this process's program and in the current directory first.</summary>
    /// <exception cref="LabException">It is not here.</exception>
    internal static string Require(string program) => Find(program) ?? throw (LabRequirements.FindPackage(program) is { } package
        ? new LabNotSupportedException($"This needs the program {program}: on Debian, 'apt-get install {package}'.")
        : new LabException($"'{program}' cannot be started: there is no such program."));

    /// <summary>What it wrote to standard output.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it is given.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="starter">What starts it; by default the calling thread, in whose network namespace it is then.</param>
    /// <exception cref="LabException">It cannot be started, or ended with another exit code than 0.</exception>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
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
        // On a thread of its own: were it the pool's, many at once would wait for each other.
        Task<string> error = Task.Factory.StartNew(process.StandardError.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Give(process, input);
        string output = process.StandardOutput.ReadToEnd();
        string complaint = error.GetAwaiter().GetResult().Trim();
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw new LabException($"'{string.Join(' ', [program, .. arguments])}' ended with exit code {process.ExitCode}: {complaint}"
                + (input.Length > 0 ? $" It was given:{Environment.NewLine}{input.TrimEnd()}" : ""));
    }

    static void Give(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it had read everything, and says why.
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
