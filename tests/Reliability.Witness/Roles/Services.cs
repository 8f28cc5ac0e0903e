using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Reliability.Roles;

/// <summary>The services of a host: its endpoints are kept, and somebody watches its dashboard.</summary>
static class Services
{
    internal static async Task<int> RunAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMptcpDashboard();
        builder.Services.AddMptcpEndpoints(options =>
        {
            options.AlsoWithoutDefaultRoute = true;
            options.Heal = true;
        });
        await using WebApplication application = builder.Build();
        application.MapMptcpDashboard();
        await application.StartAsync();
        using var metrics = new Metrics();
        using var ending = new CancellationTokenSource();
        Task watching = WatchAsync(new Uri($"{application.Urls.Single()}/mptcp/"), ending.Token);
        await Requests.AnswerAsync(() => 0);
        await ending.CancelAsync();
        await watching;
        return 0;
    }

    /// <summary>Requests a page each second, as a browser does.</summary>
    static async Task WatchAsync(Uri address, CancellationToken ended)
    {
        using var browser = new HttpClient { BaseAddress = address };
        string[] pages = ["", "connections", "interfaces", "events", "why", "doctor"];
        for (int second = 0; !ended.IsCancellationRequested; second++)
        {
            await browser.GetStringAsync(new Uri(pages[second % pages.Length], UriKind.Relative), CancellationToken.None);
            await Pause.ForAsync(1_000, ended);
        }
    }
}
