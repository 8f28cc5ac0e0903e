using System.Net;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>A client on which programs decide on the paths of connections, not the kernel.</summary>
static class UserspacePaths
{
    /// <summary>The server leaves it to the kernel: where it does not, subflows are accepted only while a program listens to events.</summary>
    internal static TwoHosts OnTwoHosts(params double?[] megabitsPerSecond)
    {
        var hosts = new TwoHosts(megabitsPerSecond);
        try
        {
            hosts.Client.UseUserspacePaths();
            RouteBySource(hosts);
            hosts.Server.SetLimits(subflows: 8, acceptedAddresses: 8);
            return hosts;
        }
        catch
        {
            hosts.Dispose();
            throw;
        }
    }

    /// <summary>For connections that begin or are accepted from now on.</summary>
    internal static void UseUserspacePaths(this LabHost host)
    {
        if (!host.Run(() => File.Exists("/proc/sys/net/mptcp/pm_type")))
            Needs.KernelLacks("that lets programs decide on the paths of connections (Linux 5.19).");

        host.SetSysctl("net.mptcp.pm_type", "1");
    }

    /// <summary>What leaves from the address of a link leaves over it: older kernels do not bind a subflow to the interface that it is asked for.</summary>
    static void RouteBySource(TwoHosts hosts)
    {
        const string table = "900", priority = "900"; // the lab's own rules prefer whatever network the peer is on
        IPAddress local = hosts.SecondLink.GetAddress(hosts.Client), peer = hosts.SecondLink.GetAddress(hosts.Server);
        hosts.Client.Execute("ip", "route", "add", "default", "via", $"{peer}", "dev", hosts.SecondLink.Name, "table", table);
        hosts.Client.Execute("ip", "rule", "add", "pref", priority, "from", $"{local}", "table", table);
    }

    internal static T Get<T>(RunningHost running)
        where T : MptcpPathPolicy => (T)running.Get<MptcpPathPolicy>();
}
