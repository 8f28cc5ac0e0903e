using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.Sockets;
using SystemdActivation;

IReadOnlyList<MptcpActivatedSocket> web = [];

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddHostedService<EchoServer>();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    // kestrel.UseSystemd() would take all sockets, including those of the echo server. So Kestrel gets its own by name.
    web = MptcpSocketActivation.TakeListenSockets("http", loggerFactory: kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>());
    foreach ((_, Socket socket) in web)
        kestrel.ListenHandle((ulong)socket.SafeHandle.DangerousGetHandle());
});

await using WebApplication server = builder.Build();
server.MapGet("/", (HttpContext context) => $"You are connected over {context.Features.Get<IConnectionSocketFeature>()!.Socket.GetMptcpState()}.\n");
await server.RunAsync();

foreach ((_, Socket socket) in web)
    socket.Dispose(); // Kestrel does not close inherited handles
