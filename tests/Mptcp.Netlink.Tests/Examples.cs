using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>
/// The examples in the package's documentation comments, line for line, so that they compile. <see cref="ReadmeTests"/> compares.
/// </summary>
static class Examples
{
    internal static void Endpoints()
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        manager.AddEndpoint(IPAddress.Parse("192.0.2.7"), MptcpEndpointFlags.Subflow, "wwan0");
    }

    internal static void OtherNamespace()
    {
        using MptcpPathManager manager = MptcpNetworkNamespace.Run("/run/netns/blue", MptcpPathManager.Open);
    }

    internal static async Task Host(Socket socket)
    {
        foreach (MptcpConnection connection in MptcpConnections.List()) Console.WriteLine(connection);
        bool isDisabled = MptcpSettings.Read().IsEnabled == false;
        foreach (MptcpFinding finding in await MptcpDoctor.ExamineAsync()) Console.WriteLine(finding);
        Console.WriteLine(MptcpDoctor.ExplainPaths(MptcpHostSnapshot.Take(), socket.GetMptcpInfo().Token));
    }

    internal static void Services(IServiceCollection services, IConfiguration configuration)
    {
        services.AddMptcpEndpoints(options => options.Interfaces.Metered.Add("wwan*"));
        services.AddMptcpEndpoints(configuration.GetSection("MptcpEndpoints"));
        services.AddHealthChecks().AddMptcpEndpoints();
        services.AddMptcpPathPolicy<MptcpInterfacesPolicy>();
    }

    internal static void Reader()
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        var established = new MptcpConnectionFilter { States = [TcpState.Established], IncludeSubflows = true };
        foreach (MptcpConnection connection in reader.List(established))
            Console.WriteLine($"{connection.Token:x8} {connection.Subflows?.Count}");
    }

    internal static async Task Snapshot()
    {
        await File.WriteAllTextAsync("host.json", MptcpHostSnapshot.Take().ToJson());
        MptcpEndpointPlan plan = MptcpEndpointPlan.Create(MptcpHostSnapshot.Take(), new MptcpEndpointsOptions());
        foreach (MptcpEndpointAction action in plan.Actions) Console.WriteLine(action);
    }

    internal static async Task Probe()
    {
        MptcpProbeResult result = await MptcpProbe.CheckAsync("example.org", 443);
        foreach (MptcpProbeInterface path in result.Interfaces) Console.WriteLine($"{path.Name}: {path.Mptcp}");
    }

    internal static void Limits(MptcpPathManager manager)
    {
        manager.SetLimits(new MptcpLimits(ExtraSubflows: 4, AcceptedAddresses: 4));
    }

    internal static void Subflow(MptcpUserspacePathManager manager, uint token)
    {
        var server = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 443);
        manager.CreateSubflow(token, addressId: 1, IPAddress.Parse("192.0.2.7"), server);
    }
}
