using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Extensions.Http.Tests;

/// <summary>
/// The C# of the package's README.md and of its documentation comments, line for line, so that it compiles; <see cref="ReadmeTests"/>
/// compares.
/// </summary>
static class ReadmeSnippets
{
    internal static void Clients(IServiceCollection services)
    {
        services.AddHttpClient("backend").UseMptcp();                              // one client
        services.ConfigureHttpClientDefaults(client => client.UseMptcp());         // all clients
    }

    internal static void Options(IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpClient("other").UseMptcp(new MptcpConnectOptions { RequireMptcpPeer = true });
        services.AddHttpClient("third").UseMptcp(configuration.GetSection("Backend:Mptcp"));
        services.Configure<MptcpConnectOptions>(options => options.ConnectTimeout = TimeSpan.FromSeconds(10));
    }

    internal static void Example(IServiceCollection services)
    {
        services.AddHttpClient("backend").UseMptcp();
    }
}
