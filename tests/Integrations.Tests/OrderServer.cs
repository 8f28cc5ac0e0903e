using Microsoft.AspNetCore.Builder;

namespace Integrations.Tests;

/// <summary>A web server with one resource, "orders", which is restarted between two requests.</summary>
sealed class OrderServer : IAsyncDisposable
{
    WebServer _server;

    OrderServer(WebServer server) => _server = server;

    internal Uri Uri => _server.Uri;

    internal static async Task<OrderServer> StartAsync()
    {
        Needs.Mptcp();
        return new OrderServer(await StartServerAsync(port: 0));
    }

    /// <summary>Lets a client get the resource, restarts, and lets it get the resource again. Both times over MPTCP.</summary>
    internal async Task ExpectRequestsAsync(Func<Task<string?>> get)
    {
        await ExpectRequestAsync(get);
        await _server.DisposeAsync();
        _server = await StartServerAsync(Uri.Port);
        await ExpectRequestAsync(get);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task ExpectRequestAsync(Func<Task<string?>> get)
    {
        (await get()).Should().Be("none yet");
        _server.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.State == MptcpState.Mptcp);
    }

    static Task<WebServer> StartServerAsync(int port) => WebServer.StartAsync(application => application.MapGet("/orders", () => "none yet"), port: port);
}
