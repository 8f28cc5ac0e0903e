using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Mptcp.Orleans.Tests;

/// <summary>Silos and a client on loopback, whose connections are recorded at both ends.</summary>
sealed class Cluster : IAsyncDisposable
{
    readonly List<IHost> _hosts = [];
    readonly IPEndPoint _primary = Peers.Refusing(), _primaryGateway = Peers.Refusing();

    /// <summary>Every connection of every silo and client when it began: Orleans may have closed it since.</summary>
    internal ConcurrentBag<RecordedConnection> Connections { get; } = [];

    /// <summary>Starts a silo: the first at the addresses that the others and clients know.</summary>
    internal async Task<IHost> StartSiloAsync(Action<ISiloBuilder> configure)
    {
        bool isFirst = _hosts.Count == 0;
        IPEndPoint silo = isFirst ? _primary : Peers.Refusing(), gateway = isFirst ? _primaryGateway : Peers.Refusing();
        HostApplicationBuilder builder = CreateBuilder();
        builder.UseOrleans(orleans =>
        {
            orleans.UseLocalhostClustering(silo.Port, gateway.Port, isFirst ? null : _primary);
            orleans.Configure<SiloConnectionOptions>(options =>
            {
                options.ConfigureSiloInboundConnection(connection => Record(connection, "silo, inbound"));
                options.ConfigureSiloOutboundConnection(connection => Record(connection, "silo, outbound"));
                options.ConfigureGatewayInboundConnection(connection => Record(connection, "gateway"));
            });
            configure(orleans);
        });
        return await StartAsync(builder);
    }

    internal async Task<IClusterClient> StartClientAsync(Action<IClientBuilder> configure)
    {
        HostApplicationBuilder builder = CreateBuilder();
        builder.UseOrleansClient(orleans =>
        {
            orleans.UseLocalhostClustering(_primaryGateway.Port);
            orleans.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(connection => Record(connection, "client")));
            configure(orleans);
        });
        return (await StartAsync(builder)).Services.GetRequiredService<IClusterClient>();
    }

    /// <summary>Calls many grains, so that some are on each silo.</summary>
    internal static async Task CallAsync(IGrainFactory grains)
    {
        for (int key = 0; key < 50; key++)
        {
            byte[] bytes = Peers.RandomBytes(10_000);
            (await grains.GetGrain<IEchoGrain>(key).EchoAsync(bytes)).Should().Equal(bytes);
        }
    }

    internal static async Task StopAsync(IHost host)
    {
        await host.StopAsync();
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in Enumerable.Reverse(_hosts))
            await StopAsync(host);
    }

    async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        IHost host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    static HostApplicationBuilder CreateBuilder()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        return builder;
    }

    void Record(IConnectionBuilder connections, string end) => connections.Use(next => context =>
    {
        if (context.Features.Get<IConnectionSocketFeature>() is { } feature)
            Connections.Add(RecordedConnection.Of(end, feature.Socket));

        return next(context);
    });
}
