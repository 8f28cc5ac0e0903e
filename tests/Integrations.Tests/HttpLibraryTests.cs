using Flurl.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Refit;
using RestSharp;

namespace Integrations.Tests;

/// <summary>Libraries on top of HttpClient.</summary>
public class HttpLibraryTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task RestSharp_uses_MPTCP_and_continues_after_a_restart_of_the_server()
    {
        await using OrderServer server = await OrderServer.StartAsync();
        using RestClient client = OfRestSharp(server.Uri);

        await server.ExpectRequestsAsync(async () => (await client.GetAsync(new RestRequest("orders"))).Content);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Flurl_uses_MPTCP_and_continues_after_a_restart_of_the_server()
    {
        await using OrderServer server = await OrderServer.StartAsync();
        using FlurlClient client = OfFlurl(server.Uri);

        await server.ExpectRequestsAsync(async () => await client.Request("orders").GetStringAsync());
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Refit_uses_MPTCP_and_continues_after_a_restart_of_the_server()
    {
        await using OrderServer server = await OrderServer.StartAsync();
        await using ServiceProvider services = Provide(services => OfRefit(services, server.Uri));

        await server.ExpectRequestsAsync(async () => await services.GetRequiredService<IOrders>().GetAsync());
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Resilience_handlers_use_MPTCP_and_continue_after_a_restart_of_the_server()
    {
        await using OrderServer server = await OrderServer.StartAsync();
        await using ServiceProvider services = Provide(services => OfResilience(services));

        await server.ExpectRequestsAsync(async () => await CreateClient(services).GetStringAsync(new Uri(server.Uri, "orders")));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Service_discovery_uses_MPTCP_and_continues_after_a_restart_of_the_server()
    {
        await using OrderServer server = await OrderServer.StartAsync();
        await using ServiceProvider services = Provide(services =>
        {
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Services:orders:http:0", server.Uri.ToString())]).Build());
            OfServiceDiscovery(services);
        });

        await server.ExpectRequestsAsync(async () => await CreateClient(services).GetStringAsync(new Uri("http://orders/orders")));
    }

    static RestClient OfRestSharp(Uri address)
    {
        var client = new RestClient(new SocketsHttpHandler().UseMptcp(), configureRestClient: options => options.BaseUrl = address);

        return client;
    }

    static FlurlClient OfFlurl(Uri address)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }.UseMptcp(); // Flurl does both itself
        var client = new FlurlClient(new HttpClient(handler) { BaseAddress = address });

        return client;
    }

    static void OfRefit(IServiceCollection services, Uri address)
    {
        services.AddRefitGeneratedClient<IOrders>()
            .ConfigureHttpClient(client => client.BaseAddress = address)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()) // Refit's own is of another kind
            .UseMptcp();
    }

    static void OfResilience(IServiceCollection services)
    {
        services.AddHttpClient("orders").UseMptcp().AddStandardResilienceHandler();
    }

    static void OfServiceDiscovery(IServiceCollection services)
    {
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(client => client.UseMptcp().AddServiceDiscovery());
    }

    static ServiceProvider Provide(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider();
    }

    static HttpClient CreateClient(ServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
}
