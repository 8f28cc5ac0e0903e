using System.Globalization;
using System.Runtime.InteropServices;

namespace SideBySide.Reporting;

/// <summary>What was measured on.</summary>
static class Machine
{
    internal static string Describe() =>
        $"{Model()}, {Environment.ProcessorCount} CPUs{(IsVirtual() ? " of a virtual machine" : "")}, {Memory()} GiB; "
        + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}; {RuntimeInformation.FrameworkDescription}";

    /// <summary>What else it does: the programs that wanted to run in the last minute, on average.</summary>
    internal static double ReadLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>How fast its processors run, in MHz; null where it does not say.</summary>
    internal static double? ReadFrequency() => Find("/proc/cpuinfo", "cpu MHz") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    static string Model() => Find("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    static bool IsVirtual() => Find("/proc/cpuinfo", "flags")?.Split(' ').Contains("hypervisor") == true;

    static long Memory() => (long)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30));

    static string? Find(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?
        .Split(':', 2)[1].Trim();
}
