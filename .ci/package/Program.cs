using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;

[assembly: SupportedOSPlatform("linux")]

using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
listener.Start();
using var client = new MptcpTcpClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
using var accepted = await listener.AcceptTcpClientAsync();
Console.WriteLine($"{client.State} {accepted.GetMptcpState()}");

using var network = new LabNetwork();
LabLink wifi = network.AddLink("wifi", network.AddHost("client"), network.AddHost("server"));
using Socket server = wifi.SecondHost.Run(() => MptcpSocket.Listen(new IPEndPoint(wifi.GetAddress(wifi.SecondHost), 0)));
using Socket socket = wifi.FirstHost.Run(() => MptcpSocket.Connect(server.LocalEndPoint!));
Console.WriteLine($"{wifi.FirstHost} over {wifi.Name}: {socket.GetMptcpState()}");
Console.WriteLine($"connections of {wifi.FirstHost}: {wifi.FirstHost.Run(() => MptcpConnections.List().Count)}");

using var free = new TcpListener(IPAddress.Loopback, 0);
free.Start();
var front = (IPEndPoint)free.LocalEndpoint;
free.Stop();

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Configuration["Gateway:Routes:web:Listen"] = $"tcp@{front}";
builder.Configuration["Gateway:Routes:web:Connect"] = $"mptcp@{listener.LocalEndpoint}";
builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));
builder.WebHost.UseMptcp().UseUrls("http://127.0.0.1:0");
builder.Services.AddHttpClient("factory").UseMptcp();
await using WebApplication app = builder.Build();
app.MapGet("/", (HttpContext context) => $"request over {context.GetMptcpState()}");
await app.StartAsync();
using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp());
Console.WriteLine(await http.GetStringAsync(app.Urls.Single()));
using HttpClient ofFactory = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("factory");
Console.WriteLine((await ofFactory.GetStringAsync(app.Urls.Single())).Replace("request", "request of the factory"));

using var through = new TcpClient();
await through.ConnectAsync(front);
using var relayed = await listener.AcceptTcpClientAsync();
Console.WriteLine($"relayed over {relayed.GetMptcpState()}");
