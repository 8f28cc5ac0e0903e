using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Mptcp.Tool.Interop;

/// <summary>Replaces the program of this process. The terminal, exit code and signals are then those of the other program.</summary>
static class ProcessImage
{
    /// <summary>Does not return, unless it throws.</summary>
    /// <param name="path">The full path of the program.</param>
    /// <param name="arguments">All arguments, the name of the program first.</param>
    /// <param name="environment">The variables that differ from the environment of this process.</param>
    internal static void Replace(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // .NET ignores the signal, and the other program would inherit that.
        Libc.signal(Libc.SIGPIPE, Libc.SIG_DFL);
        Libc.execve(path, [.. arguments, null], [.. Variables(environment ?? new Dictionary<string, string>()), null]);
        throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    static IEnumerable<string> Variables(IReadOnlyDictionary<string, string> changes) => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(variable => !changes.ContainsKey((string)variable.Key))
        .Select(variable => $"{variable.Key}={variable.Value}")
        .Concat(changes.Select(change => $"{change.Key}={change.Value}"));
}
