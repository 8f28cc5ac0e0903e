using System.Net;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Sets up a client on which programs control the paths of connections, and not the kernel.</summary>
static class UserspacePaths
{
    /// <summary>
    /// The server leaves its paths to the kernel. Otherwise, it would accept subflows only while a program listens to events.
    /// </summary>
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

    /// <summary>Applies to connections that begin or are accepted from now on.</summary>
    internal static void UseUserspacePaths(this LabHost host)
    {
        if (!host.Run(() => File.Exists("/proc/sys/net/mptcp/pm_type")))
            Needs.KernelLacks("that lets programs decide on the paths of connections (Linux 5.19).");

        host.SetSysctl("net.mptcp.pm_type", "1");
    }

    /// <summary>
    /// Lets packets from the address of a link leave over it: older kernels do not bind a subflow to the requested interface.
    /// </summary>
    static void RouteBySource(TwoHosts hosts)
    {
        const string table = "900", priority = "900"; // the lab's own rules prefer the network of the peer
        IPAddress local = hosts.SecondLink.GetAddress(hosts.Client), peer = hosts.SecondLink.GetAddress(hosts.Server);
        hosts.Client.Execute("ip", "route", "add", "default", "via", $"{peer}", "dev", hosts.SecondLink.Name, "table", table);
        hosts.Client.Execute("ip", "rule", "add", "pref", priority, "from", $"{local}", "table", table);
    }

    internal static T Get<T>(RunningHost running)
        where T : MptcpPathPolicy => (T)running.Get<MptcpPathPolicy>();
}
