using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>The C# of the package's README.md, line for line, so that it compiles. <see cref="ReadmeTests"/> compares.</summary>
static class ReadmeSnippets
{
    internal static void OneLine(WebApplicationBuilder builder)
    {
        builder.WebHost.UseMptcp();
    }

    internal static void Endpoints(WebApplicationBuilder builder)
    {
        builder.WebHost.UseMptcp(MptcpMode.Disabled);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenAnyIP(8080);
            kestrel.ListenAnyIP(8443, listen => listen.UseMptcp(MptcpMode.Required));
        });
    }

    internal static void Requests(WebApplication app)
    {
        app.MapGet("/", (HttpContext context) => $"{context.GetMptcpState()}: {context.ExplainMptcp()}");

        app.UseMptcpStateHeader();       // for debugging: adds Mptcp-State: Mptcp, FellBack or Tcp to each response
    }

    internal static void Clients(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient("backend").UseMptcp();                          // IHttpClientFactory
        builder.Services.AddMptcpConnectionFactory();                                  // IConnectionFactory of Microsoft.AspNetCore.Connections

        builder.Services.AddHealthChecks().AddMptcp();                                 // healthy, or degraded and why
    }
}
