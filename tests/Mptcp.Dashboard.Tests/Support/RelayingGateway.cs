using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>The command <c>mptcp gateway --dashboard</c> on a host of a lab, with one route.</summary>
sealed class RelayingGateway : IAsyncDisposable
{
    readonly LabHost _host;
    readonly Child _command;
    readonly HttpClient _pages;

    RelayingGateway(LabHost host, Child command, Uri link, IPEndPoint endPoint)
    {
        (_host, _command, Link, EndPoint) = (host, command, link, endPoint);
        _pages = new HttpClient(host.UseFor(new SocketsHttpHandler()));
    }

    /// <summary>The address on which the gateway listens.</summary>
    internal IPEndPoint EndPoint { get; }

    /// <summary>The address of the first page.</summary>
    internal Uri Address => new(Link, "/");

    Uri Link { get; }

    internal static async Task<RelayingGateway> StartAsync(LabHost host, string listen, string connect)
    {
        Child command = host.Run(() => Child.Start("dotnet", [Repository.Assembly("src/Mptcp.Tool"), "gateway", listen, connect, "--json", "--dashboard"]));
        var link = new Uri(Read(await command.ReadLineAsync(), "url"));
        string listening = Read(await command.ReadLineAsync(), "message");
        return new RelayingGateway(host, command, link, IPEndPoint.Parse(listening.Split("listening on ")[1].Split(' ')[0]));
    }

    internal Socket Connect(MptcpMode mode) => _host.Run(() => MptcpSocket.Connect(EndPoint, new MptcpConnectOptions { Mode = mode }));

    /// <summary>Lets the browser, which is on another host, fetch the pages.</summary>
    internal async Task ServeAsync(Window window)
    {
        (await _pages.GetAsync(Link)).EnsureSuccessStatusCode(); // takes the cookie
        await window.Page.RouteAsync("**/*", async route =>
        {
            using HttpResponseMessage response = await _pages.GetAsync(new Uri(route.Request.Url));
            await route.FulfillAsync(new()
            {
                Status = (int)response.StatusCode,
                Headers = response.Headers.Concat(response.Content.Headers).Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))),
                BodyBytes = await response.Content.ReadAsByteArrayAsync(),
            });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        _pages.Dispose();
    }

    static string Read(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name).GetString()!;
}
