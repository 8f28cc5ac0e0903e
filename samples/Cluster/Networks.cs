using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Lab;
using Mptcp.Netlink;
using Mptcp.Sockets;

namespace Cluster;

/// <summary>
/// Three hosts, each on the networks red and blue. Silos know each other by their red addresses. Each host announces its blue address to the peers of its MPTCP
/// connections, which open a second path to it.
/// </summary>
sealed class Networks : IDisposable
{
    internal const int Hosts = 3;

    static readonly MptcpConnectionFilter s_established = new() { States = [TcpState.Established], IncludeSubflows = true };

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1); // far more than it takes

    readonly LabNetwork _network = new();
    readonly List<LabLink> _red = [];

    internal Networks()
    {
        LabRouter red = _network.AddRouter("red"), blue = _network.AddRouter("blue");
        for (int i = 1; i <= Hosts; i++)
        {
            LabHost host = _network.AddHost($"silo{i}");
            _red.Add(_network.AddLink($"red{i}", host, red, new LabLinkOptions { IPv4Network = IPNetwork.Parse($"10.1.{i}.0/24") }));
            LabLink link = _network.AddLink($"blue{i}", host, blue, new LabLinkOptions { IPv4Network = IPNetwork.Parse($"10.2.{i}.0/24") });
            host.Execute("ip", "route", "add", "10.2.0.0/16", "via", $"{link.GetAddress(blue)}", "dev", link.Name);
            host.SetLimits(subflows: 8, acceptedAddresses: 8);
            host.AddEndpoint(link, LabEndpointRoles.Signal);
        }
    }

    /// <summary>Starts a silo on each host. The first is the primary.</summary>
    internal SiloProcess[] StartSilos(MptcpMode mode) => [.. _red.Select(link => new SiloProcess(link.FirstHost, Address(link), Address(_red[0]), mode))];

    /// <summary>Waits until each MPTCP connection of each host has a path over blue.</summary>
    /// <exception cref="TimeoutException">A connection has no second path after a minute.</exception>
    internal async Task WaitForSecondPathsAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        while (_red.FirstOrDefault(link => !link.FirstHost.Run(HasSecondPaths)) is { } red)
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
                throw new TimeoutException($"Connections of {red.FirstHost.Name} have no path over the second network.");

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>From now on, all packets on red are lost. No host gets an error.</summary>
    internal void KillRed()
    {
        foreach (LabLink link in _red)
            link.Blackhole();
    }

    public void Dispose() => _network.Dispose();

    static bool HasSecondPaths() => MptcpConnections.List(s_established) is [_, ..] connections && connections.All(connection => connection.Subflows?.Count > 1);

    static IPAddress Address(LabLink link) => link.GetAddress(link.FirstHost);
}
