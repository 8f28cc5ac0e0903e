using System.Globalization;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Hosts on which programs decide on the paths of connections, not the kernel.</summary>
static class UserspacePaths
{
    internal static TwoHosts OnTwoHosts(params double?[] megabitsPerSecond)
    {
        var hosts = new TwoHosts(megabitsPerSecond);
        try
        {
            foreach (Lab.LabHost host in (Lab.LabHost[])[hosts.Client, hosts.Server])
            {
                if (!host.Run(() => File.Exists("/proc/sys/net/mptcp/pm_type")))
                    Needs.KernelLacks("that lets programs decide on the paths of connections (Linux 5.19).");

                host.SetSysctl("net.mptcp.pm_type", 1.ToString(CultureInfo.InvariantCulture));
            }

            return hosts;
        }
        catch
        {
            hosts.Dispose();
            throw;
        }
    }

    internal static T Get<T>(RunningHost running)
        where T : MptcpPathPolicy => (T)running.Get<MptcpPathPolicy>();
}
