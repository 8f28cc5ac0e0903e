using System.Globalization;
using Mptcp.Lab;

namespace SideBySide.Measuring;

/// <summary>Checks that the measured programs used the expected protocol: a figure of a program that silently used TCP is worthless.</summary>
static class ProtocolCheck
{
    const int PlainConnectsOfTheLibrary = 2; // the library checks its graft once in a process
    const int OneIn = 1000; // may fall back, because a busy machine loses packets, and because the kernel finds no free token for a connection

    /// <param name="host">The host whose kernel counted the connects of the clients, and no others.</param>
    /// <param name="contestant">The contestant with the expected protocol.</param>
    /// <param name="mayRace">Whether SYNs are lost, so that a connect may try both protocols.</param>
    internal static void Check(LabHost host, Contestant contestant, bool mayRace = false)
    {
        long connects = TcpConnects(host); // read first, because a client may go on connecting
        IReadOnlyDictionary<string, long> mptcp = host.ReadCounters();
        long asked = mptcp["MPCapableSYNTX"];
        long withoutToken = mptcp["MPFallbackTokenInit"];
        long fellBack = withoutToken + mptcp["MPCapableFallbackSYNACK"] + mptcp["MPCapableFallbackACK"];
        long plain = connects - asked - withoutToken - mptcp.GetValueOrDefault("MPJoinSynTx", mptcp["MPJoinSynAckRx"]);
        bool isRight = contestant.IsMptcp ? asked > 0 && (mayRace || (fellBack * OneIn <= asked && plain <= PlainConnectsOfTheLibrary)) : asked == 0;
        if (!isRight)
        {
            throw new BenchmarkException(
                $"{contestant.Name} does not speak {(contestant.IsMptcp ? "Multipath TCP" : "TCP")}: {asked} connects have asked for Multipath TCP, "
                + $"{fellBack} fell back ({withoutToken} without a token), {plain} have not asked.");
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
