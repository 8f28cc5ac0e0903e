using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using WebServer;

WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// Applies to every endpoint of appsettings.json that has no mode of its own.
builder.WebHost.UseMptcp();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate ??= DevelopmentCertificate.Create());
});
builder.Services.AddHealthChecks().AddMptcp();

WebApplication app = builder.Build();

// Try it with curl -i.
app.UseMptcpStateHeader();

app.MapGet("/", (HttpContext context) => Report.About(context));

app.MapGet("/download/{megabytes:int}", (int megabytes, HttpContext context) => Download.WriteAsync(context.Response, megabytes, context.RequestAborted));

app.MapPut("/upload", async (Stream body, CancellationToken cancellationToken) =>
    Convert.ToHexStringLower(await SHA256.HashDataAsync(body, cancellationToken)));

app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = Report.WriteHealthAsync });

await app.RunAsync();
