using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

static class Requirements
{
    /// <summary>Returns a sentence for each requirement that this machine or user does not meet.</summary>
    internal static IReadOnlyList<string> FindMissing()
    {
        if (LabNetwork.Missing is { Count: > 0 } missing)
            return [.. missing.Select(requirement => requirement.Explanation)];

        // Probed on a host of the lab, because each network namespace has its own settings.
        using var network = new LabNetwork();
        MptcpCapabilities mptcp = network.AddHost("probe").Run(MptcpCapabilities.Probe);
        return mptcp.SupportsIPv4 ? [] : [mptcp.Explanation];
    }
}
