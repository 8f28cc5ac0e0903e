using System.Text.Json;

namespace Reliability.Roles;

/// <summary>What a process has at one moment.</summary>
sealed record Sample
{
    /// <summary>Gets the bytes of the managed heap after a collection.</summary>
    public long Managed { get; init; }

    /// <summary>Gets the resident bytes of the process.</summary>
    public long Resident { get; init; }

    /// <summary>Gets the number of open descriptors, without those of loaded assemblies.</summary>
    public int Descriptors { get; init; }

    public int Threads { get; init; }

    public long Timers { get; init; }

    /// <summary>Gets the number of connections that have ended so far.</summary>
    public long Ended { get; init; }

    /// <summary>Measures this process. Unreachable objects are collected first, and their finalizers run.</summary>
    internal static Sample Take(long ended)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new Sample
        {
            Managed = GC.GetTotalMemory(forceFullCollection: true),
            Resident = Environment.WorkingSet,
            Descriptors = CountDescriptors(),
            Threads = Directory.GetFileSystemEntries("/proc/self/task").Length,
            Timers = Timer.ActiveCount,
            Ended = ended,
        };
    }

    internal static int CountDescriptors() =>
        new DirectoryInfo("/proc/self/fd").GetFiles().Count(fd => fd.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false);

    internal static Sample? Parse(string line) => line.StartsWith('{') ? JsonSerializer.Deserialize<Sample>(line) : null;

    public override string ToString() => JsonSerializer.Serialize(this);
}
