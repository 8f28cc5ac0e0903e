using System.Globalization;

namespace SideBySide;

/// <summary>The effort for a figure.</summary>
/// <param name="Turns">The number of turns. In each, every contestant of a question is measured once.</param>
/// <param name="LongTurns">The number of turns of questions that take long.</param>
/// <param name="DotNetWarmUp">The seconds before .NET is measured, in which it compiles.</param>
/// <param name="WarmUp">The seconds before other contestants are measured.</param>
/// <param name="Stint">The seconds for which a contestant is measured in a turn.</param>
/// <param name="Measured">The seconds for which a contestant is measured if everything is restarted.</param>
/// <param name="Transfer">The seconds for which transfers over slow links are measured.</param>
/// <param name="LongTransfer">The seconds for which transfers over links with a delay are measured.</param>
/// <param name="Idle">The number of idle connections of one process.</param>
/// <param name="Open">The number of connections that are listed and asked.</param>
sealed record Effort(int Turns, int LongTurns, double DotNetWarmUp, double WarmUp, double Stint, double Measured, double Transfer, double LongTransfer, int Idle, int Open)
{
    const int OtherDescriptors = 500;

    internal static Effort Whole { get; } =
        new(Turns: 30, LongTurns: 6, DotNetWarmUp: 1.3, WarmUp: 0.2, Stint: 0.17, Measured: 0.8, Transfer: 1.5, LongTransfer: 3, Idle: MostConnections(10_000), Open: 10_000);

    internal static Effort Quick { get; } =
        new(Turns: 6, LongTurns: 1, DotNetWarmUp: 0.4, WarmUp: 0.1, Stint: 0.1, Measured: 0.3, Transfer: 1, LongTransfer: 1, Idle: 4_000, Open: 2_000);

    /// <summary>Returns the wanted number, unless a process may not have so many descriptors.</summary>
    static int MostConnections(int wanted)
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string hardLimit = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return hardLimit == "unlimited" ? wanted : Math.Min(wanted, int.Parse(hardLimit, CultureInfo.InvariantCulture) - OtherDescriptors);
    }
}
