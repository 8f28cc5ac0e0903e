using Mptcp.Sockets;
using OpenTelemetry.Metrics;

namespace Integrations.Monitored;

/// <summary>The C# of docs/monitoring.md.</summary>
static class Snippets
{
    internal static void AddScraping(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Mptcp.*")
            .AddPrometheusExporter());
    }

    internal static void MapScraping(WebApplication app)
    {
        MptcpTelemetry.ObserveKernelCounters();
        app.MapPrometheusScrapingEndpoint();
    }

    internal static void OfAspire(WebApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter("Mptcp.*"));
    }

    internal static void Push(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Mptcp.*")
            .AddOtlpExporter());
    }
}
