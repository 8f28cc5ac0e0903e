using Mptcp.Lab;

namespace Failover;

/// <summary>Shows the client's connections in a browser, with the pages of Mptcp.Dashboard.</summary>
sealed class Dashboard : IAsyncDisposable
{
    readonly WebApplication _application;
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    Dashboard(WebApplication application)
    {
        _application = application;
        application.Use(next => context =>
        {
            _opened.TrySetResult();
            return next(context);
        });
        application.MapMptcpDashboard("/");
    }

    internal string Address => $"{_application.Urls.First()}/connections";

    /// <summary>Completes when a browser asks for a page.</summary>
    internal Task Opened => _opened.Task;

    internal static async Task<Dashboard> StartAsync(LabHost host, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMptcpDashboard(options => options.NetworkNamespace = host.NamespacePath);
        var dashboard = new Dashboard(builder.Build());
        await dashboard._application.StartAsync(cancellationToken);
        return dashboard;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
