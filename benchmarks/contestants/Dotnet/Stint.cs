using System.Diagnostics;
using System.Globalization;

namespace Contestant;

/// <summary>
/// How long something is done, again and again: first for a warm-up, in which .NET compiles what it will need, and which is not counted, then for as long as
/// is measured. Says "begin" in between and, in the end, what was done. Each further line of standard input asks for the same once more.
/// </summary>
sealed class Stint(double warmUp, double measured)
{
    long _ends;
    long _begun;
    long _operations;
    long _allocatedBefore;

    /// <summary>In place of the warm-up, for scenarios that are told a number.</summary>
    internal int Count => (int)warmUp;

    internal TimeSpan WarmUp => TimeSpan.FromSeconds(warmUp);

    internal TimeSpan Measured => TimeSpan.FromSeconds(measured);

    internal void Start() => _ends = Later(warmUp);

    /// <summary>Counts what was just done; false when it is over.</summary>
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

    /// <summary>The line of JSON that a client ends with.</summary>
    internal static void Say(params IEnumerable<(string Name, double Value)> figures) => Console.WriteLine(
        $"{{{string.Join(", ", figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"\"{figure.Name}\": {figure.Value:R}")))}}}");

    static long Later(double seconds) => Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
}
