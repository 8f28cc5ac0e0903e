using Mptcp.Sockets.AspNetCore;

WebApplication app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", (HttpContext context) => context.GetMptcpState().ToString());
await app.RunAsync();
