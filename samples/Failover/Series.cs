namespace Failover;

/// <summary>The rate of a path or of the application, over time.</summary>
sealed class Series(string name, double mostMegabits)
{
    internal static readonly TimeSpan Step = TimeSpan.FromSeconds(0.5);

    readonly List<(double Megabits, bool WasCut)> _steps = [];
    TimeSpan _begun;
    long _bytesThen;
    bool _wasCut;

    internal string Name => name;

    /// <summary>Gets the capacity, in megabits per second.</summary>
    internal double MostMegabits => mostMegabits;

    internal long Bytes { get; private set; }

    internal bool IsCut { get; private set; }

    /// <summary>Gets, for each complete step, the megabits per second and whether the path was cut.</summary>
    internal IReadOnlyList<(double Megabits, bool WasCut)> Steps => _steps;

    /// <summary>Gets the megabits per second in the last complete step.</summary>
    internal double Megabits => _steps is [.., var last] ? last.Megabits : 0;

    internal void Add(TimeSpan at, long bytes, bool isCut = false)
    {
        Bytes = bytes;
        IsCut = isCut;
        _wasCut |= isCut;
        if (at - _begun < Step)
            return;

        _steps.Add(((bytes - _bytesThen) * 8 / 1e6 / (at - _begun).TotalSeconds, _wasCut));
        (_begun, _bytesThen, _wasCut) = (at, bytes, isCut);
    }
}
