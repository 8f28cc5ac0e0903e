using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;
using Orleans.Configuration;

namespace Cluster;

/// <summary>One silo, and the load that it makes. Writes a line when its load begins, and a report when it reads a line.</summary>
static class SiloProgram
{
    internal static async Task<int> RunAsync(IPAddress address, IPAddress primary, MptcpMode mode)
    {
        bool isMptcp = mode != MptcpMode.Disabled;
        (int siloPort, int gatewayPort) = isMptcp ? (11111, 30000) : (11112, 30001);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(new IPEndPoint(primary, siloPort)); // the primary silo keeps the list of members
            silo.ConfigureEndpoints(address, siloPort, gatewayPort, listenOnAnyHostAddress: true); // the second network, too
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                // Without red, the primary silo is alone with the list of members: no third silo can confirm that another one is dead.
                options.EnableIndirectProbes = false;
                options.NumVotesForDeathDeclaration = 1;
            });
            if (isMptcp)
                silo.UseMptcp(new MptcpConnectOptions { Mode = mode });
        });
        IHost host = builder.Build(); // not disposed: a silo that leaves the cluster waits for the others
        await host.StartAsync();

        var silos = host.Services.GetRequiredService<ISiloStatusOracle>();
        while (silos.GetApproximateSiloStatuses(onlyActive: true).Count < Networks.Hosts)
            await Task.Delay(100);

        var load = new Load(host.Services.GetRequiredService<IGrainFactory>());
        await load.PlaceGrainsAsync();
        load.Start();
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            int dead = silos.GetApproximateSiloStatuses().Values.Count(status => status == SiloStatus.Dead);
            Console.WriteLine(JsonSerializer.Serialize(load.Report(dead)));
        }

        return 0;
    }
}
