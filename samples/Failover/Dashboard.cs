using Mptcp.Lab;

namespace Failover;

/// <summary>Shows the client's connections in a browser, with the pages of Mptcp.Dashboard.</summary>
sealed class Dashboard : IAsyncDisposable
{
    readonly WebApplication _application;

    Dashboard(WebApplication application) => _application = application;

    internal string Address => $"{_application.Urls.First()}/connections";

    internal static async Task<Dashboard> StartAsync(LabHost host, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMptcpDashboard(options => options.NetworkNamespace = host.NamespacePath);
        WebApplication application = builder.Build();
        application.MapMptcpDashboard("/");
        await application.StartAsync(cancellationToken);
        return new Dashboard(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
