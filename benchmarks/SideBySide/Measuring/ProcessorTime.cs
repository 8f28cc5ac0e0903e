using System.Globalization;

namespace SideBySide.Measuring;

/// <summary>What the processors of this machine have done since it started, in clock ticks: the first line of <c>/proc/stat</c>, proc_stat(5).</summary>
/// <param name="Stolen">What the host of this virtual machine has given to others, while a program here wanted to run.</param>
/// <param name="All">All time, idle time with it.</param>
readonly record struct ProcessorTime(long Stolen, long All)
{
    const int StealColumn = 7, Columns = 8; // guest time, which follows, is contained in user time

    internal static ProcessorTime Read()
    {
        string line = File.ReadLines("/proc/stat").First();
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..(Columns + 1)].Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new ProcessorTime(ticks[StealColumn], ticks.Sum());
    }

    /// <summary>The stolen share, from 0 to 1.</summary>
    internal double StolenSince(ProcessorTime before) => All == before.All ? 0 : (double)(Stolen - before.Stolen) / (All - before.All);
}
