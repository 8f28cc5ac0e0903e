// A server and a client on this machine exchange a file. Each prints what its connection uses, and why.
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;

FileInfo file = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory()).EnumerateFiles().MaxBy(file => file.Length)!; // every machine with .NET has one of about 10 MB

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseMptcp().UseUrls("http://127.0.0.1:0");
await using WebApplication server = builder.Build();
server.MapGet("/", (HttpContext context) =>
{
    Console.WriteLine($"server: {context.GetMptcpState()}. {context.ExplainMptcp()}");
    return Results.File(file.FullName);
});
await server.StartAsync();

Socket? socket = null;
using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp(new MptcpConnectOptions { ConfigureSocket = used => socket = used }));
byte[] download = await client.GetByteArrayAsync(server.Urls.Single());
Console.WriteLine($"client: {socket!.GetMptcpState()}. {socket!.ExplainMptcp()}");

bool isWhole = (await File.ReadAllBytesAsync(file.FullName)).AsSpan().SequenceEqual(download);
Console.WriteLine($"{file.Name}, {file.Length / 1e6:F1} MB, {(isWhole ? "was downloaded" : "differs from its download")}.");
Console.WriteLine();
Console.WriteLine(MptcpCapabilities.Probe());
return isWhole ? 0 : 1;
