using System.Diagnostics;
using System.Globalization;

namespace Contestant;

/// <summary>
/// Repeats a task: first for a warm-up, in which .NET compiles and which does not count, and then for the measured time. Prints "begin" in between and the figures at the
/// end. Each further line of the standard input requests another measurement.
/// </summary>
sealed class Stint(double warmUp, double measured)
{
    long _ends;
    long _begun;
    long _operations;
    long _allocatedBefore;

    /// <summary>Replaces the warm-up, for scenarios that get a number.</summary>
    internal int Count => (int)warmUp;

    internal TimeSpan WarmUp => TimeSpan.FromSeconds(warmUp);

    internal TimeSpan Measured => TimeSpan.FromSeconds(measured);

    internal void Start() => _ends = Later(warmUp);

    /// <summary>Counts one repetition; returns false when the time is over.</summary>
    internal bool GoesOn(long operations = 1)
    {
        _operations += operations;
        if (Stopwatch.GetTimestamp() < _ends)
            return true;

        if (_begun != 0)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_begun);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocatedBefore;
            Say(("operations", _operations), ("seconds", elapsed.TotalSeconds), ("allocated", (double)allocated / _operations));
            if (Console.ReadLine() is null)
                return false;
        }
        else
        {
            Begin();
        }

        _operations = 0;
        _allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        _begun = Stopwatch.GetTimestamp();
        _ends = Later(measured);
        return true;
    }

    internal static void Begin() => Console.WriteLine("begin");

    /// <summary>Returns the line of JSON with which a client ends.</summary>
    internal static void Say(params IEnumerable<(string Name, double Value)> figures) => Console.WriteLine(
        $"{{{string.Join(", ", figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"\"{figure.Name}\": {figure.Value:R}")))}}}");

    static long Later(double seconds) => Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
}
