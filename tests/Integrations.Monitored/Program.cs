using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Integrations.Monitored;
using Mptcp.Sockets;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders(); // the output is the address
builder.WebHost.UseMptcp();
builder.Services.AddMptcpEndpoints();
builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));
Snippets.AddScraping(builder);

WebApplication app = builder.Build();
Snippets.MapScraping(app);

// Opens a connection, which stays open, so that its paths are measured.
ConcurrentBag<Socket> connections = [];
app.MapPost("/connect", async (string to) =>
{
    Socket socket = await MptcpSocket.ConnectAsync(IPEndPoint.Parse(to));
    await socket.SendAsync(new byte[1000]);
    connections.Add(socket);
    MptcpTelemetry.Observe(socket);
    return $"{socket.GetMptcpState()}";
});

await app.StartAsync();
Console.WriteLine(app.Urls.Single());
await app.WaitForShutdownAsync();
