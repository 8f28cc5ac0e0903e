using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Integrations.Tests;

/// <summary>Kestrel over MPTCP, which remembers what each of its requests came over.</summary>
sealed class WebServer : IAsyncDisposable
{
    readonly WebApplication _application;

    WebServer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    internal Uri Uri { get; private set; } = null!; // until it is started

    /// <summary>What the requests came over, by path; null where that cannot be said.</summary>
    internal ConcurrentBag<(string Path, MptcpState? State)> Requests { get; } = [];

    /// <param name="use">Adds the endpoints.</param>
    /// <param name="configure">Adds the services; null for none.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="listen">How to listen; null for HTTP.</param>
    internal static async Task<WebServer> StartAsync(
        Action<WebApplication> use, Action<WebApplicationBuilder>? configure = null, int port = 0, Action<ListenOptions>? listen = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1)); // a server that goes does not wait for its clients
        builder.WebHost.UseMptcp().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen ?? (_ => { })));
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
