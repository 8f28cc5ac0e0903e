using Mptcp.Lab;

namespace Failover;

/// <summary>Two hosts with two paths between them.</summary>
sealed class Testbed : IDisposable
{
    internal const double WifiMegabits = 20, CellularMegabits = 10;

    readonly LabNetwork _network = new();

    internal Testbed()
    {
        Client = _network.AddHost("client");
        Server = _network.AddHost("server");
        Wifi = _network.AddLink("wifi", Client, Server, new LabLinkOptions { MegabitsPerSecond = WifiMegabits });
        Cellular = _network.AddLink("cellular", Client, Server, new LabLinkOptions { MegabitsPerSecond = CellularMegabits });
        foreach (LabHost host in (LabHost[])[Client, Server])
            host.SetSysctl("net.ipv4.tcp_no_metrics_save", "1"); // the second download must not profit from what the kernel learned in the first
    }

    internal LabHost Client { get; }

    internal LabHost Server { get; }

    internal LabLink Wifi { get; }

    internal LabLink Cellular { get; }

    public void Dispose() => _network.Dispose();
}
