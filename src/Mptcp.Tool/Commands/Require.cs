using Mptcp.Netlink;
using Mptcp.Sockets;

namespace Mptcp.Tool.Commands;

static class Require
{
    /// <summary>
    /// Throws if this kernel has no MPTCP at all. A kernel with MPTCP turned off still has endpoints, counters and old connections.
    /// </summary>
    internal static void Mptcp()
    {
        if (MptcpSettings.Read().Values.Count == 0 && MptcpCapabilities.Probe() is { IsSupported: false } system)
            throw new MptcpNotSupportedException(system.UnavailableReason, system.Explanation);
    }
}
