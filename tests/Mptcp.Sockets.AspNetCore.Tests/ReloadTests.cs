using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>What clients notice when the configuration of an endpoint changes while it is in use: nothing.</summary>
public class ReloadTests
{
    const int Reloads = 20;
    const string Key = "Kestrel:Endpoints:Public:Mptcp", Url = "Kestrel:Endpoints:Public:Url", Protocols = "Kestrel:Endpoints:Public:Protocols";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_is_refused_and_nothing_is_lost(bool changesProtocol)
    {
        Needs.Mptcp();
        int port = App.FreePort();
        await using App app = await StartAsync($"http://127.0.0.1:{port}");
        using var stop = new CancellationTokenSource();
        var served = new ConcurrentBag<MptcpState>();
        Task[] clients = [.. new[] { true, false, true, false }.Select(isMptcp => Task.Run(() => ConnectAgainAndAgainAsync(app, isMptcp, served, stop.Token)))];
        Task slow = Task.Run(() => AskSlowlyAgainAndAgainAsync(app, stop.Token));

        for (int reload = 1; reload <= Reloads; reload++)
        {
            int before = served.Count;
            bool isOdd = reload % 2 == 1;
            app.Reload(changesProtocol ? (Key, isOdd ? "false" : "true") : (Protocols, isOdd ? "Http1" : "Http1AndHttp2"));
            int expected = reload;
            await Eventually.TrueAsync(() => app.CountLogs("Kept") + app.CountLogs("Replaced") == expected, "the endpoint is reloaded");
            await Eventually.TrueAsync(() => served.Count > before + clients.Length, "clients are served again");
        }

        await stop.CancelAsync();
        await Task.WhenAll([.. clients, slow]); // throws what any of them has met
        app.CountLogs(changesProtocol ? "Replaced" : "Kept").Should().Be(Reloads);
        served.Should().Contain(MptcpState.Mptcp).And.Contain(MptcpState.Tcp);
    }

    static Task<App> StartAsync(string url, string? mode = null) => App.StartAsync(
        builder =>
        {
            builder.WebHost.UseMptcp();
            builder.Configuration.AddInMemoryCollection([new(Url, url), new(Key, mode)]);
        },
        application => application.MapGet("/slow", async context =>
        {
            await Task.Delay(100);
            await context.Response.WriteAsync("done");
        }));

    /// <summary>A connection for each request, one right after the other.</summary>
    static async Task ConnectAgainAndAgainAsync(App app, bool isMptcp, ConcurrentBag<MptcpState> served, CancellationToken stop)
    {
        using HttpClient client = App.Client(isMptcp);
        client.DefaultRequestHeaders.ConnectionClose = true;
        Uri uri = app.Uri;
        while (!stop.IsCancellationRequested)
            served.Add(Enum.Parse<MptcpState>(await client.GetStringAsync(uri, CancellationToken.None)));
    }

    static async Task AskSlowlyAgainAndAgainAsync(App app, CancellationToken stop)
    {
        using HttpClient client = App.Client();
        client.DefaultRequestHeaders.ConnectionClose = true;
        var uri = new Uri(app.Uri, "slow");
        while (!stop.IsCancellationRequested)
            (await client.GetStringAsync(uri, CancellationToken.None)).Should().Be("done");
    }
}
