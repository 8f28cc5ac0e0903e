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
bool pushes = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null;
if (pushes)
    Snippets.Push(builder);
else
    Snippets.AddScraping(builder);

WebApplication app = builder.Build();
if (!pushes)
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
