using System.Globalization;

namespace Mptcp.Sockets.Info;

/// <summary>Counters of the calling thread's network namespace, as the kernel writes them: a line of names, a line of values.</summary>
static class NetworkStatistics
{
    /// <summary>How many connections and subflows were accepted, whatever they speak: net/ipv4/proc.c.</summary>
    internal static long ReadPassiveOpens() => Read("/proc/thread-self/net/snmp", "Tcp:").GetValueOrDefault("PassiveOpens");

    static Dictionary<string, long> Read(string path, string group)
    {
        string[][] lines = [.. File.ReadLines(path)
            .Where(line => line.StartsWith(group, StringComparison.Ordinal))
            .Select(line => line[group.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return lines is [var names, var values]
            ? names.Zip(values).ToDictionary(counter => counter.First, counter => long.Parse(counter.Second, CultureInfo.InvariantCulture))
            : [];
    }
}
