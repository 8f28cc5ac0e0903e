using System.Globalization;
using Mptcp.Lab;

namespace SideBySide.Measuring;

/// <summary>Makes sure that what was measured spoke what it should: the figure of something that silently ran on TCP is worth nothing.</summary>
static class ProtocolCheck
{
    const int PlainConnectsOfTheLibrary = 2; // the check of its graft, once in a process
    const int OneIn = 1000; // may fall back, where a machine is so busy that packets are lost

    /// <param name="host">Whose kernel has counted every connect of the clients, and of nobody else.</param>
    /// <param name="contestant">What it was to speak.</param>
    internal static void Check(LabHost host, Contestant contestant)
    {
        IReadOnlyDictionary<string, long> mptcp = host.ReadCounters();
        long asked = mptcp["MPCapableSYNTX"];
        long fellBack = mptcp["MPCapableFallbackSYNACK"] + mptcp["MPCapableFallbackACK"];
        long plain = TcpConnects(host) - asked - mptcp.GetValueOrDefault("MPJoinSynTx", mptcp["MPJoinSynAckRx"]);
        bool isRight = contestant.IsMptcp ? asked > 0 && fellBack * OneIn <= asked && plain <= PlainConnectsOfTheLibrary : asked == 0;
        if (!isRight)
        {
            throw new BenchmarkException(
                $"{contestant.Name} does not speak {(contestant.IsMptcp ? "Multipath TCP" : "TCP")}: {asked} connects have asked for Multipath TCP, "
                + $"{fellBack} of them fell back, {plain} have not asked.");
        }
    }

    static long TcpConnects(LabHost host)
    {
        string[][] lines = [.. host.Run(() => File.ReadAllLines("/proc/thread-self/net/snmp"))
            .Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
            .Select(line => line.Split(' '))];
        return long.Parse(lines[1][Array.IndexOf(lines[0], "ActiveOpens")], CultureInfo.InvariantCulture);
    }
}
