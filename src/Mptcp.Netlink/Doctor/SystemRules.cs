using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>The kernel and its settings.</summary>
static class SystemRules
{
    internal static readonly Rule[] All =
    [
        new("mptcp-disabled", Error, FindDisabled),
    ];

    static IEnumerable<Diagnosis> FindDisabled(Case examined)
    {
        if (examined.Host.Settings.IsEnabled == false)
        {
            yield return new(
                "net.mptcp.enabled", "net.mptcp.enabled is 0 in this network namespace: programs get no MPTCP sockets.", "Enable MPTCP.", "sysctl -w net.mptcp.enabled=1");
        }
    }
}
