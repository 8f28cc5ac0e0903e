using System.Diagnostics;
using System.Globalization;

namespace Reliability.Conductor;

/// <summary>Prints what happens, each line with the seconds since the start. Collects the problems.</summary>
sealed class Report
{
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<string> _problems = [];
    readonly Lock _lock = new();

    internal TimeSpan Elapsed => _clock.Elapsed;

    internal void Tell(string what)
    {
        lock (_lock)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,8:F2}  {what}"));
    }

    internal void Fail(string what)
    {
        lock (_lock)
            _problems.Add(what);

        Tell($"PROBLEM: {what}");
    }

    /// <summary>Prints the verdict, and returns the exit code.</summary>
    internal int End(string again)
    {
        lock (_lock)
        {
            Console.WriteLine(_problems.Count == 0 ? "passed" : $"failed: {_problems.Count} problems. Run it again with: {again}");
            return _problems.Count == 0 ? 0 : 1;
        }
    }
}
