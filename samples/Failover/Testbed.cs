using Mptcp.Lab;

namespace Failover;

/// <summary>Two hosts with two paths between them.</summary>
sealed class Testbed : IDisposable
{
    internal const double WifiMegabits = 20, CellularMegabits = 10;

    readonly LabNetwork _network = LabNetwork.Create(new LabTopology()
        .AddHost("client")
        .AddHost("server")
        .AddLink("wifi", "client", "server", new LabLinkOptions { MegabitsPerSecond = WifiMegabits })
        .AddLink("cellular", "client", "server", new LabLinkOptions { MegabitsPerSecond = CellularMegabits }));

    internal LabHost Client => _network.GetHost("client");

    internal LabHost Server => _network.GetHost("server");

    internal LabLink Wifi => _network.GetLink("wifi");

    internal LabLink Cellular => _network.GetLink("cellular");

    public void Dispose() => _network.Dispose();
}
