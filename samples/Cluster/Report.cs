using System.Globalization;

namespace Cluster;

/// <summary>The calls that a silo made, and how many silos it believes dead.</summary>
sealed record Report(int Calls, int Failed, double LongestSeconds, int DeadSilos)
{
    /// <summary>Sums up a cluster. Silos may disagree about who is dead: the highest number counts.</summary>
    internal static Report Sum(IReadOnlyCollection<Report> reports) =>
        new(reports.Sum(report => report.Calls), reports.Sum(report => report.Failed), reports.Max(report => report.LongestSeconds), reports.Max(report => report.DeadSilos));

    internal static void Write(Report mptcp, Report tcp)
    {
        Console.WriteLine();
        WriteRow("", "Multipath TCP", "TCP");
        WriteRow("calls", Number(mptcp.Calls), Number(tcp.Calls));
        WriteRow("failed calls", Number(mptcp.Failed), Number(tcp.Failed));
        WriteRow("longest call", Seconds(mptcp.LongestSeconds), Seconds(tcp.LongestSeconds));
        WriteRow("silos declared dead", Number(mptcp.DeadSilos), Number(tcp.DeadSilos));
    }

    static void WriteRow(string name, string mptcp, string tcp) => Console.WriteLine($"{name,-20}{mptcp,15}{tcp,15}");

    static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
