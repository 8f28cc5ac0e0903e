using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Integrations.Tests;

/// <summary>Kestrel with MPTCP. It remembers the protocol of each request.</summary>
sealed class WebServer : IAsyncDisposable
{
    readonly WebApplication _application;

    WebServer(WebApplication application) => _application = application;

    /// <summary>The address on which the server listens.</summary>
    internal Uri Uri { get; private set; } = null!; // set by the start

    /// <summary>The protocol of each request, by path; null if it is unknown.</summary>
    internal ConcurrentBag<(string Path, MptcpState? State)> Requests { get; } = [];

    /// <param name="use">Adds the endpoints.</param>
    /// <param name="configure">Adds the services; null for none.</param>
    /// <param name="port">The port; 0 for any free port.</param>
    /// <param name="listen">Configures the endpoint; null for HTTP.</param>
    /// <param name="address">The address; null for loopback.</param>
    internal static async Task<WebServer> StartAsync(
        Action<WebApplication> use, Action<WebApplicationBuilder>? configure = null, int port = 0, Action<ListenOptions>? listen = null, IPAddress? address = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1)); // a stopping server does not wait for its clients
        builder.WebHost.UseMptcp().ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, port, listen ?? (_ => { })));
        configure?.Invoke(builder);
        WebApplication application = builder.Build();
        var server = new WebServer(application);
        application.Use((context, next) =>
        {
            server.Requests.Add((context.Request.Path, context.Features.Get<IHttpConnectionFeature>() is null ? null : context.GetMptcpState()));
            return next();
        });
        use(application);
        await application.StartAsync();
        server.Uri = new Uri(application.Urls.First());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
