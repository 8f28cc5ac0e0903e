using System.Globalization;

namespace SideBySide;

/// <summary>How much is done for a figure.</summary>
/// <param name="Turns">In each, every contestant of a question has one stint.</param>
/// <param name="LongTurns">The turns of questions that take long.</param>
/// <param name="DotNetWarmUp">Seconds before .NET is measured, which compiles meanwhile.</param>
/// <param name="WarmUp">Seconds before others are.</param>
/// <param name="Stint">Seconds that a contestant is measured in a turn.</param>
/// <param name="Measured">Seconds that a contestant is measured where everything is started anew.</param>
/// <param name="Transfer">Seconds that transfers over slow links are measured.</param>
/// <param name="Idle">Idle connections of one process.</param>
/// <param name="Open">Connections that are open while others are made.</param>
sealed record Effort(int Turns, int LongTurns, double DotNetWarmUp, double WarmUp, double Stint, double Measured, double Transfer, int Idle, int[] Open)
{
    const int OtherDescriptors = 500;

    internal static Effort Whole { get; } =
        new(Turns: 30, LongTurns: 6, DotNetWarmUp: 1.3, WarmUp: 0.2, Stint: 0.25, Measured: 0.8, Transfer: 2.5, Idle: MostConnections(20_000), Open: [1, 100, 10_000]);

    internal static Effort Quick { get; } =
        new(Turns: 6, LongTurns: 1, DotNetWarmUp: 0.4, WarmUp: 0.1, Stint: 0.1, Measured: 0.3, Transfer: 1, Idle: 4_000, Open: [1, 100, 2_000]);

    /// <summary>As many as wanted, unless a process may not have so many descriptors.</summary>
    static int MostConnections(int wanted)
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string hardLimit = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return hardLimit == "unlimited" ? wanted : Math.Min(wanted, int.Parse(hardLimit, CultureInfo.InvariantCulture) - OtherDescriptors);
    }
}
