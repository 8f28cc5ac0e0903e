using System.Diagnostics;
using System.Globalization;

namespace Mptcp.Lab;

/// <summary>
/// The programs on hosts, and what they have started. Each inherits a mark in its environment that names the process whose lab it is, so that none can
/// outlive it unseen.
/// </summary>
static class LabProcesses
{
    const string MarkName = "MPTCP_LAB_OWNER";

    static readonly string s_mark = $"{Environment.ProcessId}.{StartTime(Environment.ProcessId)}"; // ids are used again

    internal static void Mark(ProcessStartInfo start) => start.Environment[MarkName] = s_mark;

    /// <summary>Kills every process in a network namespace, whoever has started it.</summary>
    internal static void KillThoseIn(string networkNamespace)
    {
        foreach (int id in Ids())
        {
            if (id != Environment.ProcessId && ReadLink($"/proc/{id}/ns/net") == networkNamespace)
                Kill(id);
        }
    }

    /// <summary>Kills what has outlived the process whose lab it was in.</summary>
    internal static void KillLeftovers()
    {
        foreach (int id in Ids())
        {
            if (OwnerOf(id) is { } owner && owner != s_mark && !IsAlive(owner))
                Kill(id);
        }
    }

    static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0);

    static string? OwnerOf(int id) => Read($"/proc/{id}/environ")?
        .Split('\0')
        .FirstOrDefault(variable => variable.StartsWith($"{MarkName}=", StringComparison.Ordinal))?[(MarkName.Length + 1)..];

    static bool IsAlive(string owner) =>
        owner.Split('.') is [var id, var startTime] && int.TryParse(id, CultureInfo.InvariantCulture, out int number) && StartTime(number) == startTime;

    /// <summary>In clock ticks since boot, field 22: proc_pid_stat(5). Null if there is no such process.</summary>
    static string? StartTime(int id)
    {
        string? stat = Read($"/proc/{id}/stat");
        const int afterName = 22 - 3; // the second field, in brackets, may contain anything; what follows it begins with the third
        return stat?[(stat.LastIndexOf(')') + 2)..].Split(' ')[afterName];
    }

    static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended meanwhile, or is somebody else's.
        }
    }

    static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended meanwhile, or is somebody else's
        }
    }

    static string? ReadLink(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // likewise
        }
    }
}
