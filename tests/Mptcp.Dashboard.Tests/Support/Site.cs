using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.Dashboard.Feed;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>An application with a dashboard, on loopback.</summary>
sealed class Site : IAsyncDisposable
{
    readonly WebApplication _application;

    Site(WebApplication application) => _application = application;

    /// <summary>The address of the application, with a slash at its end.</summary>
    internal string Address => $"{_application.Urls.Single()}/";

    internal IServiceProvider Services => _application.Services;

    /// <param name="source">The host to show; null for the kernel's.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="map">Adds the pages; null for the address /mptcp.</param>
    /// <param name="services">Adds services of the application.</param>
    internal static async Task<Site> StartAsync(IHostSource? source = null, Action<MptcpDashboardOptions>? configure = null, int port = 0, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (source is not null)
            builder.Services.AddSingleton(source);

        services?.Invoke(builder.Services);
        builder.Services.AddMptcpDashboard(configure);
        WebApplication application = builder.Build();
        (map ?? (app => app.MapMptcpDashboard()))(application);
        await application.StartAsync();
        return new Site(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
