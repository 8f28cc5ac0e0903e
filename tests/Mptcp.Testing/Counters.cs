using Mptcp.Lab;
using Mptcp.Sockets.Info;

namespace Mptcp.Testing;

/// <summary>Reads the kernel's counters of a host, by the names of <c>MPTcpExt</c>.</summary>
static class Counters
{
    /// <summary>Returns 0 for a missing counter: older kernels create the counters with the first MPTCP socket.</summary>
    internal static long Read(this LabHost host, string name) => host.ReadCounters().GetValueOrDefault(name);

    /// <summary>Returns how many times a subflow or connection timed out while it waited for an answer.</summary>
    internal static long ReadTimeouts(this LabHost host) => host.ReadTcp("TCPTimeouts");

    /// <summary>Returns how many times a SYN was repeated because it was not answered.</summary>
    internal static long ReadRepeatedSyns(this LabHost host) => host.ReadTcp("TCPSynRetrans");

    static long ReadTcp(this LabHost host, string name) => host.Run(() => CounterParser.Parse(File.ReadAllText("/proc/thread-self/net/netstat"), "TcpExt:")[name]);
}
