using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>Clients notice nothing when the configuration of an endpoint changes while it is in use.</summary>
public partial class ReloadTests
{
    const int Reloads = 20, ProtocolChanges = 4; // the latter take several seconds each
    const string Key = "Kestrel:Endpoints:Public:Mptcp", Url = "Kestrel:Endpoints:Public:Url", Protocols = "Kestrel:Endpoints:Public:Protocols";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reload_refuses_no_client_and_loses_no_request(bool changesProtocol)
    {
        Needs.Mptcp();
        int reloads = changesProtocol ? ProtocolChanges : Reloads;
        await using App app = await StartAsync($"http://127.0.0.1:{App.FreePort()}");
        using var stop = new CancellationTokenSource();
        var served = new ConcurrentBag<MptcpState>();
        Task[] clients = [.. new[] { true, false, true, false }.Select(isMptcp => Task.Run(() => ConnectAgainAndAgainAsync(app, isMptcp, served, stop.Token)))];
        Task slow = Task.Run(() => AskSlowlyAgainAndAgainAsync(app, stop.Token));

        for (int reload = 1; reload <= reloads; reload++)
        {
            int before = served.Count, reloaded = CountReloads();
            bool isOdd = reload % 2 == 1;
            app.Reload(changesProtocol ? (Key, isOdd ? "false" : "true") : (Protocols, isOdd ? "Http1" : "Http1AndHttp2"));
            await Eventually.TrueAsync(() => CountReloads() > reloaded, "the endpoint is reloaded"); // more than one reload if several providers report the change
            await Eventually.TrueAsync(() => served.Count > before + clients.Length, "clients are served again");
        }

        await stop.CancelAsync();
        await Task.WhenAll([.. clients, slow]); // throws the errors of all clients
        app.CountLogs(changesProtocol ? "Replaced" : "Kept").Should().BeGreaterThanOrEqualTo(reloads);
        served.Should().Contain(MptcpState.Mptcp).And.Contain(MptcpState.Tcp);

        int CountReloads() => app.CountLogs("Kept") + app.CountLogs("Replaced");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reload_completes_pending_requests_and_lets_new_clients_wait()
    {
        Needs.Mptcp();
        int port = App.FreePort();
        await using App app = await StartAsync($"http://127.0.0.1:{port}");
        using HttpClient slow = App.Client(), other = App.Client(isMptcp: false);
        Task<string> underWay = slow.GetStringAsync(new Uri(app.Uri, "slow?milliseconds=2000"));
        await Eventually.TrueAsync(() => app.CountLogs("Slow") == 1, "the request is under way");

        app.Reload((Key, "false"));
        await Eventually.TrueAsync(() => app.Logs.Entries.Any(entry => entry.Text.StartsWith("Config changed. Stopping", StringComparison.Ordinal)), "the endpoint stops");
        Task<string> meanwhile = other.GetStringAsync(app.Uri);

        (await underWay).Should().Be("done");
        (await meanwhile).Should().Be(nameof(MptcpState.Tcp));
        (await app.AskAsync()).Should().Be(MptcpState.Tcp, "it does not accept MPTCP any more");
        app.Log("Replaced").Should().Contain($"127.0.0.1:{port} over TCP and no longer over MPTCP");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_that_is_removed_is_closed_at_once()
    {
        Needs.Mptcp();
        int port = App.FreePort(), other = App.FreePort();
        await using App app = await StartAsync($"http://127.0.0.1:{port}");
        (await app.AskAsync()).Should().Be(MptcpState.Mptcp);

        app.Reload((Url, $"http://127.0.0.1:{other}"));

        await Eventually.TrueAsync(() => app.Urls.Any(url => url.EndsWith($":{other}", StringComparison.Ordinal)), "it listens elsewhere");
        (await app.AskAsync(new Uri($"http://127.0.0.1:{other}"))).Should().Be(MptcpState.Mptcp);
        await FluentActions.Awaiting(() => app.AskAsync()).Should().ThrowAsync<HttpRequestException>();
        app.CountLogs("Kept").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reload_with_an_unknown_value_changes_nothing_and_logs_the_key()
    {
        Needs.Mptcp();
        await using App app = await StartAsync($"http://127.0.0.1:{App.FreePort()}", "Disabled");
        (await app.AskAsync()).Should().Be(MptcpState.Tcp);

        app.Reload((Key, "perhaps"));

        await Eventually.TrueAsync(() => app.CountLogs("Kept") == 1, "the endpoint is reloaded");
        (await app.AskAsync()).Should().Be(MptcpState.Tcp);
        app.Log("BadReload").Should()
            .Be($"The value 'perhaps' of {Key} must be Preferred (or true or 1), Required, or Disabled (or false or 0). The endpoint keeps the mode Disabled.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_socket_that_no_endpoint_takes_over_is_closed_and_logged()
    {
        Needs.Mptcp();
        int port = App.FreePort();
        await using App app = await StartAsync($"http://127.0.0.1:{port}");

        app.Reload((Protocols, "Http3")); // without https, Kestrel refuses this

        await Eventually.TrueAsync(() => app.CountLogs("NotTakenOver") == 1, "the socket is closed");
        app.Log("NotTakenOver").Should().StartWith($"No endpoint took over 127.0.0.1:{port} within 5 s");
        await Eventually.TrueAsync(() => Peers.IsRefused(new IPEndPoint(IPAddress.Loopback, app.Uri.Port)), "nobody listens");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_application_that_stops_during_a_reload_logs_no_missing_endpoint()
    {
        Needs.Mptcp();
        App app = await StartAsync($"http://127.0.0.1:{App.FreePort()}");
        app.Reload((Protocols, "Http3"));
        await Eventually.TrueAsync(() => app.Logs.Entries.Any(entry => entry.Text.StartsWith("Unable to bind", StringComparison.Ordinal)), "Kestrel gives up");

        await app.DisposeAsync();

        await Eventually.TrueAsync(() => Peers.IsRefused(new IPEndPoint(IPAddress.Loopback, app.Uri.Port)), "nobody listens");
        app.CountLogs("NotTakenOver").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_can_be_reloaded_to_accept_IPv6()
    {
        Needs.Mptcp();
        Needs.IPv6();
        int port = App.FreePort();
        await using App app = await StartAsync($"http://0.0.0.0:{port}");
        (await app.AskAsync(new Uri($"http://127.0.0.1:{port}"))).Should().Be(MptcpState.Mptcp);

        app.Reload((Url, $"http://*:{port}"));

        await Eventually.TrueAsync(() => app.CountLogs("ListeningOverMptcp") == 2, "the endpoint is reloaded");
        (await app.AskAsync(new Uri($"http://[::1]:{port}"))).Should().Be(MptcpState.Mptcp);
        (await app.AskAsync(new Uri($"http://127.0.0.1:{port}"))).Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_application_that_stops_during_a_reload_leaves_nothing_behind()
    {
        Needs.Mptcp();
        int port = App.FreePort();
        App app = await StartAsync($"http://127.0.0.1:{port}");
        using HttpClient slow = App.Client();
        Task<string> underWay = slow.GetStringAsync(new Uri(app.Uri, "slow?milliseconds=1000"));
        await Eventually.TrueAsync(() => app.CountLogs("Slow") == 1, "the request is under way");
        app.Reload((Key, "false"));
        await Eventually.TrueAsync(() => app.Logs.Entries.Any(entry => entry.Text.StartsWith("Config changed. Stopping", StringComparison.Ordinal)), "the endpoint stops");

        await app.DisposeAsync();

        await Task.WhenAny(underWay); // Kestrel aborts it: a reload waits for requests until the application stops
        await FluentActions.Awaiting(() => app.AskAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    static Task<App> StartAsync(string url, string? mode = null) => App.StartAsync(
        builder =>
        {
            builder.WebHost.UseMptcp();
            builder.Configuration.AddInMemoryCollection([new(Url, url), new(Key, mode)]);
        },
        application => application.MapGet("/slow", async (HttpContext context, ILoggerFactory logs, int milliseconds) =>
        {
            SlowRequest(logs.CreateLogger("test"));
            await Task.Delay(milliseconds);
            await context.Response.WriteAsync("done");
        }));

    /// <summary>Opens a connection for each request, one right after another.</summary>
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
        var uri = new Uri(app.Uri, "slow?milliseconds=100");
        while (!stop.IsCancellationRequested)
            (await client.GetStringAsync(uri, CancellationToken.None)).Should().Be("done");
    }

    [LoggerMessage(1, LogLevel.Information, "A slow request.", EventName = "Slow")]
    static partial void SlowRequest(ILogger logger);
}
