using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

static class Requirements
{
    /// <summary>What this machine or user lacks, a sentence each.</summary>
    internal static IReadOnlyList<string> FindMissing()
    {
        if (LabNetwork.Missing.Count > 0)
            return LabNetwork.Missing;

        // Asked on a host: its settings are not this machine's.
        using var network = LabNetwork.Create(new LabTopology().AddHost("probe"));
        MptcpCapabilities mptcp = network.GetHost("probe").Run(MptcpCapabilities.Probe);
        return mptcp.SupportsIPv4 ? [] : [mptcp.Explanation];
    }
}
