using System.Globalization;
using System.Runtime.InteropServices;

namespace SideBySide.Reporting;

/// <summary>Describes the machine that was measured.</summary>
static class Machine
{
    internal static string Describe() =>
        $"{Model()}, {Environment.ProcessorCount} CPUs{(IsVirtual() ? " of a virtual machine" : "")}, {Memory()} GiB; "
        + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}; {RuntimeInformation.FrameworkDescription}";

    /// <summary>Returns the load: the number of programs that were ready to run in the last minute, on average.</summary>
    internal static double ReadLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Returns the clock rate of the processors, in MHz; null if it is unknown.</summary>
    internal static double? ReadFrequency() => Find("/proc/cpuinfo", "cpu MHz") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    static string Model() => Find("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    static bool IsVirtual() => Find("/proc/cpuinfo", "flags")?.Split(' ').Contains("hypervisor") == true;

    static long Memory() => (long)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30));

    static string? Find(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?
        .Split(':', 2)[1].Trim();
}
