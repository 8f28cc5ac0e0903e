using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>The C# of the package's README.md, line for line, so that it compiles. <see cref="ReadmeTests"/> compares.</summary>
public class ReadmeSnippets
{
    internal static void Services(HostApplicationBuilder builder)
    {
        if (OperatingSystem.IsLinux())
            builder.Services.AddMptcpEndpoints();                          // every network interface carries paths, from now on

        builder.Services.AddMptcpEndpoints(options =>
        {
            options.Interfaces.Allow.Add("eth*");                          // default: all but those of containers and virtual machines
            options.Interfaces.Allow.Add("wwan*");
            options.Interfaces.Metered.Add("wwan*");                       // a backup, used when no other is left
            options.Flags = MptcpEndpointFlags.Subflow;                    // or Signal, for a server with several addresses
            options.Routing = MptcpRoutingMode.Check;                      // or Manage, which keeps tables and rules
        });

        builder.Services.AddMptcpEndpoints(builder.Configuration.GetSection("Mptcp"));

        builder.Services.AddMptcpPathPolicy<SecondPath>();

        builder.Services.AddMptcpPathPolicy<MptcpInterfacesPolicy>();
        builder.Services.Configure<MptcpInterfacesPolicyOptions>(options =>
        {
            options.Interfaces.Metered.Add("wwan*");
            options.SlowAbove = TimeSpan.FromMilliseconds(300);
            options.RecoveredBelow = TimeSpan.FromMilliseconds(200);
        });
    }

    internal static async Task DoctorAsync(System.Net.Sockets.Socket socket)
    {
        foreach (MptcpFinding finding in await MptcpDoctor.ExamineAsync())
            Console.WriteLine($"{finding.Severity} {finding.Subject}: {finding.Evidence} {finding.Advice} {string.Join("; ", finding.Remedy)}");

        Console.WriteLine(MptcpDoctor.ExplainPaths(MptcpHostSnapshot.Take(), socket.GetMptcpInfo().Token));
    }

    internal static void ByHand()
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint endpoint = manager.AddEndpoint(IPAddress.Parse("192.0.2.7"), MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup, "wwan0");
        manager.SetLimits(manager.GetLimits() with { ExtraSubflows = 4 });
        manager.SetEndpointFlags(endpoint.Id, MptcpEndpointFlags.Subflow); // no longer a backup, in connections that exist, too
        manager.RemoveEndpoint(endpoint.Id);
    }

    internal static async Task ConnectionsAsync(CancellationToken cancellationToken)
    {
        foreach (MptcpConnection connection in MptcpConnections.List(new MptcpConnectionFilter { LocalPort = 443, IncludeSubflows = true }))
        {
            Console.WriteLine($"{connection.Token:x8} {connection.RemoteEndPoint} {connection.Info?.BytesSent}");
            foreach (MptcpConnectionSubflow path in connection.Subflows ?? [])
                Console.WriteLine($"  {path.LocalEndPoint} {path.Tcp.SmoothedRtt} {(path.IsBackup ? "backup" : "")}");
        }

        await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        await foreach (MptcpEvent what in monitor.ReadAllAsync(cancellationToken))
            Console.WriteLine(what);
    }

    sealed class SecondPath : MptcpPathPolicy
    {
        public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            MptcpInterface? other = Interfaces.FirstOrDefault(network => network.Addresses.All(address => !address.Address.Equals(connection.LocalEndPoint.Address)));
            if (!connection.IsServerSide && other?.Addresses.FirstOrDefault(address => address.IsReady) is { } free)
                connection.CreateSubflow(free.Address, interfaceIndex: other.Index);

            return default;
        }
    }
}
