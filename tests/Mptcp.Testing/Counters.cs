using Mptcp.Lab;
using Mptcp.Sockets.Info;

namespace Mptcp.Testing;

/// <summary>The kernel's counters of a host, by the names of <c>MPTcpExt</c>.</summary>
static class Counters
{
    /// <summary>0 for one that is not there: older kernels make them with the first MPTCP socket.</summary>
    internal static long Read(this LabHost host, string name) => host.ReadCounters().GetValueOrDefault(name);

    /// <summary>How often a subflow or connection has waited for an answer in vain.</summary>
    internal static long ReadTimeouts(this LabHost host) => host.ReadTcp("TCPTimeouts");

    /// <summary>How often a connection or subflow was asked for again, since nobody had answered.</summary>
    internal static long ReadRepeatedSyns(this LabHost host) => host.ReadTcp("TCPSynRetrans");

    static long ReadTcp(this LabHost host, string name) => host.Run(() => CounterParser.Parse(File.ReadAllText("/proc/thread-self/net/netstat"), "TcpExt:")[name]);
}
