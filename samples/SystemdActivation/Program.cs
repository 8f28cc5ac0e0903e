using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.Sockets;
using SystemdActivation;

IReadOnlyList<MptcpActivatedSocket> web = [];

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddHostedService<EchoServer>();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    // Were all sockets Kestrel's, kestrel.UseSystemd() would do. But it takes all there are, so here it is given its own, by name.
    web = MptcpSocketActivation.GetListenSockets("http", loggerFactory: kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>());
    foreach ((_, Socket socket) in web)
        kestrel.ListenHandle((ulong)socket.SafeHandle.DangerousGetHandle());
});

await using WebApplication server = builder.Build();
server.MapGet("/", (HttpContext context) => $"You are connected over {context.Features.Get<IConnectionSocketFeature>()!.Socket.GetMptcpState()}.\n");
await server.RunAsync();

foreach ((_, Socket socket) in web)
    socket.Dispose(); // Kestrel does not close what it is given so
