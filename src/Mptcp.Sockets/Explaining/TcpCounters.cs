using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// Counts the connections and subflows that were opened and accepted in the calling thread's network namespace, with MPTCP or without:
/// net/ipv4/proc.c.
/// </summary>
readonly record struct TcpCounters(long ActiveOpens, long PassiveOpens)
{
    internal static TcpCounters Read()
    {
        Dictionary<string, long> counters = CounterParser.Parse(File.ReadAllText("/proc/thread-self/net/snmp"), "Tcp:");
        return new TcpCounters(counters.GetValueOrDefault("ActiveOpens"), counters.GetValueOrDefault("PassiveOpens"));
    }
}
