using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Integrations.Tests;

public class SignalRTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task A_client_reconnects_over_MPTCP_after_a_restart_of_the_server(HttpTransportType transport)
    {
        Needs.Mptcp();
        WebServer first = await StartAsync(port: 0);
        await using HubConnection connection = Build(new Uri(first.Uri, "hub"), options => options.Transports = transport);
        await connection.StartAsync();
        var back = new TaskCompletionSource();
        connection.Reconnected += _ =>
        {
            back.SetResult();
            return Task.CompletedTask;
        };
        connection.Closed += error =>
        {
            back.TrySetException(error ?? new InvalidOperationException("The connection was closed."));
            return Task.CompletedTask;
        };
        (await connection.InvokeAsync<string>("Echo", "before")).Should().Be("before");

        await first.DisposeAsync();
        await using WebServer second = await StartAsync(first.Uri.Port);
        await back.Task.WaitAsync(Limit.OfAWait);

        (await connection.InvokeAsync<string>("Echo", "after")).Should().Be("after");
        foreach (WebServer server in new[] { first, second })
            server.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.State == MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Cookies_headers_and_tokens_of_the_options_are_kept()
    {
        Needs.Mptcp();
        var seen = new List<string>();
        await using WebServer server = await StartAsync(port: 0, seen);
        await using HubConnection connection = Build(new Uri(server.Uri, "hub"), options =>
        {
            options.Cookies.Add(new Cookie("affinity", "7", "/", "127.0.0.1"));
            options.Headers["X-Mine"] = "1";
            options.AccessTokenProvider = () => Task.FromResult<string?>("secret");
        });

        await connection.StartAsync();

        seen.Should().NotBeEmpty().And.OnlyContain(request => request == "affinity=7 1 Bearer secret");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_web_socket_survives_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        await using WebServer server = await paths.StartAsync(address => StartAsync(port: 0, address: address));
        using var invoker = new HttpMessageInvoker(paths.Client.UseFor(new SocketsHttpHandler().UseMptcp()));
        await using HubConnection connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Uri, "hub"), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.WebSocketFactory = async (context, cancellationToken) =>
                {
                    var webSocket = new ClientWebSocket();
                    await webSocket.ConnectAsync(context.Uri, invoker, cancellationToken);
                    return webSocket;
                };
            })
            .WithServerTimeout(Limit.OfAWait)
            .Build();
        await connection.StartAsync();

        await paths.ShouldSurviveAsync(async () => (await connection.InvokeAsync<string>("Echo", "hello")).Should().Be("hello"));
    }

    static HubConnection Build(Uri uri, Action<HttpConnectionOptions> configure)
    {
        HubConnectionBuilder builder = new();
        builder.WithUrl(uri, options =>
        {
            configure(options);
            UseMptcp(options);
        });
        return builder.WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(100), 100)]).Build();
    }

    internal static HubConnection OfThePage()
    {
        HubConnection connection = new HubConnectionBuilder().WithUrl("https://example.org/hub", UseMptcp).WithAutomaticReconnect().Build();

        return connection;
    }

    static void UseMptcp(HttpConnectionOptions options)
    {
        var handler = new SocketsHttpHandler { CookieContainer = options.Cookies, Credentials = options.Credentials, Proxy = options.Proxy }.UseMptcp();
        handler.SslOptions.ClientCertificates = options.ClientCertificates;
        var invoker = new HttpMessageInvoker(handler);
        options.HttpMessageHandlerFactory = _ => new Shared(invoker);
        options.WebSocketFactory = async (context, cancellationToken) =>
        {
            var webSocket = new ClientWebSocket();
            foreach ((string name, string value) in context.Options.Headers)
                webSocket.Options.SetRequestHeader(name, value);
            if (context.Options.AccessTokenProvider is { } provider && await provider() is { } token)
                webSocket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            await webSocket.ConnectAsync(context.Uri, invoker, cancellationToken);
            return webSocket;
        };
    }

    // SignalR disposes the handler with each connection. The inner handler stays, and keeps its cookies.
    sealed class Shared(HttpMessageInvoker invoker) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => invoker.SendAsync(request, cancellationToken);
    }

    static Task<WebServer> StartAsync(int port, List<string>? seen = null, IPAddress? address = null) => WebServer.StartAsync(
        application =>
        {
            application.Use((context, next) =>
            {
                lock (seen ?? [])
                    seen?.Add($"{context.Request.Headers.Cookie} {context.Request.Headers["X-Mine"]} {context.Request.Headers.Authorization}");

                return next();
            });
            application.MapHub<EchoHub>("/hub");
        },
        builder => builder.Services.AddSignalR(),
        port,
        address: address);

    sealed class EchoHub : Hub
    {
        public string Echo(string text) => Context.ConnectionId.Length > 0 ? text : "";
    }
}
