using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// Finds and kills the programs on hosts, and the programs that they have started. Each inherits a mark in its environment that identifies
/// the process of its lab, so that none can outlive that process unnoticed.
/// </summary>
static class LabProcesses
{
    const string MarkName = "MPTCP_LAB_OWNER";
    const int MillisecondsToDie = 60_000; // far longer than it takes: a killed process still needs the processor to end
    const int FirstField = 3, State = 3 - FirstField;

    static readonly byte[] s_markStart = Encoding.UTF8.GetBytes($"{MarkName}=");
    static readonly string s_idNamespace = ProcessFiles.ReadLink("/proc/self/ns/pid") ?? ""; // process ids mean nothing outside this namespace, for example in a container
    static readonly string s_mark = $"{s_idNamespace}.{Environment.ProcessId}.{StartTime(Environment.ProcessId)}"; // process ids are reused

    internal static void Mark(ProcessStartInfo start) => start.Environment[MarkName] = s_mark;

    /// <summary>
    /// Kills every process in these network namespaces, including those that start meanwhile, and waits until they have ended.
    /// </summary>
    /// <exception cref="LabException">Some processes cannot be killed.</exception>
    internal static void KillProcessesIn(IReadOnlyCollection<string> networkNamespaces)
    {
        int[] there = [];
        if (!SpinWait.SpinUntil(AreAllGone, MillisecondsToDie)) // pauses between two looks
            throw new LabException($"These processes in {string.Join(", ", networkNamespaces)} cannot be killed: {string.Join(", ", there)}.");

        bool AreAllGone()
        {
            there = KillEach(id => id != Environment.ProcessId && ProcessFiles.ReadLink($"/proc/{id}/ns/net") is { } its && networkNamespaces.Contains(its));
            return there.Length == 0;
        }
    }

    /// <summary>
    /// Kills the processes that outlived the process of their lab. Spares this process and its ancestors.
    /// </summary>
    internal static void KillLeftovers()
    {
        HashSet<int> line = [.. SelfAndAncestors()];
        KillEach(id => !line.Contains(id) && OwnerOf(id) is { } owner && owner != s_mark && HasEnded(owner));
    }

    /// <summary>Kills and returns the selected processes, unless their id was reused meanwhile.</summary>
    static int[] KillEach(Func<int, bool> isMeant)
    {
        var killed = new List<int>();
        foreach (int id in Ids())
        {
            if (!isMeant(id) || StartTime(id) is not { } startTime || !isMeant(id) || StartTime(id) != startTime)
                continue;

            Kill(id);
            killed.Add(id);
        }

        return [.. killed];
    }

    static IEnumerable<int> SelfAndAncestors()
    {
        for (int id = Environment.ProcessId; id > 0; id = ParentOf(id))
            yield return id;
    }

    static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0);

    static string? OwnerOf(int id)
    {
        byte[] environment = ProcessFiles.Read($"/proc/{id}/environ") ?? [];
        int start = environment.AsSpan().IndexOf(s_markStart);
        return start < 0 || start > 0 && environment[start - 1] != 0
            ? null
            : Encoding.UTF8.GetString(environment.AsSpan(start + s_markStart.Length)).Split('\0')[0];
    }

    static bool HasEnded(string owner) =>
        owner.Split('.') is [var idNamespace, var id, var startTime]
            && idNamespace == s_idNamespace
            && int.TryParse(id, CultureInfo.InvariantCulture, out int number)
            && StartTime(number) != startTime;

    /// <summary>
    /// Returns the start time, in clock ticks since boot: proc_pid_stat(5). Null if there is no such process, or if it is a zombie.
    /// </summary>
    static string? StartTime(int id) => Status(id) is { } status && status[State] is not ("Z" or "X") ? status[22 - FirstField] : null;

    /// <summary>Returns 0 if the process has no parent here.</summary>
    static int ParentOf(int id) => Status(id) is { } status ? int.Parse(status[4 - FirstField], CultureInfo.InvariantCulture) : 0;

    /// <summary>
    /// Returns the fields of proc_pid_stat(5) from the third on: the second is the name, in brackets, which may contain anything.
    /// </summary>
    static string[]? Status(int id)
    {
        string? status = ProcessFiles.Read($"/proc/{id}/stat") is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
        return status?[(status.LastIndexOf(')') + 2)..].Split(' ');
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
            // The process has ended, or belongs to another user.
        }
    }
}
