using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Integrations.Tests;

public class YarpTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_proxy_uses_MPTCP_on_both_sides_and_continues_after_a_restart_of_the_destination()
    {
        Needs.Mptcp();
        WebServer first = await StartDestinationAsync(port: 0);
        await using WebServer proxy = await WebServer.StartAsync(application => application.MapReverseProxy(), builder => builder.Services
            .AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "one", Match = new RouteMatch { Path = "{**rest}" } }],
                [new ClusterConfig { ClusterId = "one", Destinations = new Dictionary<string, DestinationConfig> { ["it"] = new() { Address = first.Uri.ToString() } } }])
            .ConfigureHttpClient((context, handler) => handler.UseMptcp()));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp());
        (await client.GetStringAsync(proxy.Uri)).Should().Be("hello");

        await first.DisposeAsync();
        await using WebServer second = await StartDestinationAsync(first.Uri.Port);

        (await client.GetStringAsync(proxy.Uri)).Should().Be("hello");
        foreach (WebServer server in new[] { first, second, proxy })
            server.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.State == MptcpState.Mptcp);
    }

    internal static void OfThePage(WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .ConfigureHttpClient((context, handler) => handler.UseMptcp());
    }

    internal static void OfSomeClusters(IReverseProxyBuilder proxy)
    {
        proxy
            .ConfigureHttpClient((context, handler) =>
            {
                if (context.NewMetadata?.ContainsKey("Mptcp") == true)
                    handler.UseMptcp();
            });
    }

    static Task<WebServer> StartDestinationAsync(int port) => WebServer.StartAsync(application => application.MapGet("/", () => "hello"), port: port);
}
