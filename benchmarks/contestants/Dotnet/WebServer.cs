using System.Net;

namespace Contestant;

/// <summary>Kestrel.</summary>
static class WebServer
{
    internal const string Endless = "/endless", Kilobyte = "/kilobyte", Megabyte = "/megabyte", Paced = "/paced";

    const int Block = 64 * 1024, BlocksOfAMegabyte = 16, PacedBlock = 4 * 1024;

    static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(2); // with the block, 16 Mbit/s

    /// <inheritdoc cref="StreamServer.RunAsync"/>
    internal static async Task RunAsync(ISockets sockets, IPAddress address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        sockets.Configure(builder.WebHost);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, 0);
            kestrel.Limits.MinResponseDataRate = null; // paths die
        });

        await using WebApplication server = builder.Build();
        server.MapGet("/", () => "Hello, World!");
        server.MapGet(Endless, context => SendAsync(context, long.MaxValue));
        server.MapGet(Kilobyte, context => context.Response.Body.WriteAsync(new byte[1024], CancellationToken.None).AsTask());
        server.MapGet(Megabyte, context => SendAsync(context, BlocksOfAMegabyte));
        server.MapGet(Paced, SendPacedAsync);
        await server.StartAsync();
        Console.WriteLine(new Uri(server.Urls.First()).Port);
        await StandardInput.EndAsync();
        await server.StopAsync(new CancellationToken(canceled: true));
    }

    static async Task SendAsync(HttpContext context, long blocks)
    {
        byte[] block = new byte[Block];
        for (long i = 0; i < blocks && !context.RequestAborted.IsCancellationRequested; i++)
            await context.Response.Body.WriteAsync(block, CancellationToken.None);
    }

    /// <summary>Sends as a live stream does: no faster than it is made.</summary>
    static async Task SendPacedAsync(HttpContext context)
    {
        byte[] block = new byte[PacedBlock];
        using var pace = new PeriodicTimer(s_pace);
        while (!context.RequestAborted.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
            await context.Response.Body.WriteAsync(block, CancellationToken.None);
    }
}
