using System.Globalization;

namespace SideBySide.Measuring;

/// <summary>The processor time of this machine since its start, in clock ticks: the first line of <c>/proc/stat</c>, proc_stat(5).</summary>
/// <param name="Stolen">The time that the host of this virtual machine gave to others while a program here was ready to run.</param>
/// <param name="All">All time, including idle time.</param>
readonly record struct ProcessorTime(long Stolen, long All)
{
    const int StealColumn = 7, Columns = 8; // guest time, which follows, is part of user time

    internal static ProcessorTime Read()
    {
        string line = File.ReadLines("/proc/stat").First();
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..(Columns + 1)].Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new ProcessorTime(ticks[StealColumn], ticks.Sum());
    }

    /// <summary>Returns the stolen share, from 0 to 1.</summary>
    internal double StolenSince(ProcessorTime before) => All == before.All ? 0 : (double)(Stolen - before.Stolen) / (All - before.All);
}
