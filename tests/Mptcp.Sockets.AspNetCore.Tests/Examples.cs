using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>
/// The examples in the package's documentation comments, line for line, so that they compile. <see cref="ReadmeTests"/> compares.
/// </summary>
static class Examples
{
    internal static void Services(IServiceCollection services)
    {
        services.AddMptcpConnectionFactory();
    }

    internal static void Endpoint(KestrelServerOptions kestrel)
    {
        kestrel.ListenAnyIP(8443, listen => listen.UseMptcp(MptcpMode.Required));
    }

    internal static void Host(WebApplicationBuilder builder)
    {
        builder.WebHost.UseMptcp();
        builder.WebHost.UseMptcp(MptcpMode.Required);
        builder.Services.AddHealthChecks().AddMptcp();
    }

    internal static void Application(WebApplication app)
    {
        app.UseMptcpStateHeader();
        app.MapGet("/", (HttpContext context) => $"{context.GetMptcpState()}");
    }
}
