namespace Mptcp.Faults.Witness;

/// <summary>What an operation could leave in the process.</summary>
/// <param name="Descriptors">The open descriptors, without those of loaded assemblies.</param>
/// <param name="Timers">The timers that will fire.</param>
/// <param name="Threads">The threads, without those that the runtime starts and ends as it likes.</param>
readonly record struct Remains(int Descriptors, long Timers, int Threads)
{
    internal bool Any => Descriptors > 0 || Timers > 0 || Threads > 0;

    internal static Remains Count() => new(
        new DirectoryInfo("/proc/self/fd").GetFiles().Count(fd => fd.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false),
        Timer.ActiveCount,
        Directory.GetDirectories("/proc/self/task").Count(IsOurs));

    internal Remains Since(Remains before) => new(Descriptors - before.Descriptors, Timers - before.Timers, Threads - before.Threads);

    public override string ToString() => $"{Descriptors} descriptors, {Timers} timers, {Threads} threads";

    static bool IsOurs(string task)
    {
        try
        {
            string name = File.ReadAllText($"{task}/comm"); // at most 15 characters
            return !name.StartsWith(".NET TP ", StringComparison.Ordinal) && !name.StartsWith(".NET Tiered", StringComparison.Ordinal) && !name.StartsWith(".NET Timer", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    }
}
