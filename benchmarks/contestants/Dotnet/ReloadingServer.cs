using System.Net;
using System.Net.Sockets;

namespace Contestant;

/// <summary>Kestrel with an endpoint in its configuration, which changes repeatedly.</summary>
static class ReloadingServer
{
    internal const string Slow = "/slow";
    internal const int SlowMilliseconds = 300;

    const string Url = "Kestrel:Endpoints:Public:Url", Protocols = "Kestrel:Endpoints:Public:Protocols";

    static readonly TimeSpan s_betweenReloads = TimeSpan.FromMilliseconds(2 * SlowMilliseconds); // a reload waits for pending requests

    /// <inheritdoc cref="StreamServer.RunAsync"/>
    internal static async Task RunAsync(ISockets sockets, IPAddress address)
    {
        int port = FreePort(address);
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new(Url, $"http://{address}:{port}"), new(Protocols, "Http1")]);
        sockets.Configure(builder.WebHost);

        await using WebApplication server = builder.Build();
        server.MapGet("/", () => "Hello, World!");
        server.MapGet(Slow, async () =>
        {
            await Task.Delay(SlowMilliseconds);
            return "Hello, World!";
        });
        await server.StartAsync();
        Console.WriteLine(port);
        using var over = new CancellationTokenSource();
        Task reloading = ReloadAsync(server.Configuration, over.Token);
        await StandardInput.EndAsync();
        await over.CancelAsync();
        await Task.WhenAny(reloading);
        await server.StopAsync(new CancellationToken(canceled: true));
    }

    static async Task ReloadAsync(IConfiguration configuration, CancellationToken over)
    {
        for (int reload = 1; ; reload++)
        {
            await Task.Delay(s_betweenReloads, over);
            configuration[Protocols] = reload % 2 == 1 ? "Http1AndHttp2" : "Http1";
            ((IConfigurationRoot)configuration).Reload();
        }
    }

    /// <summary>Returns a port. Nothing else uses it, because the host belongs to this server.</summary>
    static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
