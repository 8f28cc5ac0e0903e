using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using WebServer;

WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// Every endpoint of appsettings.json, unless it says otherwise there.
builder.WebHost.UseMptcp();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate ??= DevelopmentCertificate.Create());
});
builder.Services.AddHttpClient("fetch").UseMptcp(builder.Configuration.GetSection("Fetch:Mptcp"));
builder.Services.AddHealthChecks().AddMptcp();

WebApplication app = builder.Build();

// For whoever tries it out: curl -i shows it.
app.UseMptcpStateHeader();

app.MapGet("/", (HttpContext context) => Report.About(context));

app.MapGet("/download/{megabytes:int}", (int megabytes, HttpContext context) => Download.WriteAsync(context.Response, megabytes, context.RequestAborted));

app.MapPut("/upload", async (Stream body, CancellationToken cancellationToken) =>
    Convert.ToHexStringLower(await SHA256.HashDataAsync(body, cancellationToken)));

// Only for a machine of one's own: it fetches whatever its clients name.
app.MapGet("/fetch", async (Uri url, IHttpClientFactory clients, CancellationToken cancellationToken) =>
{
    using HttpResponseMessage response = await clients.CreateClient("fetch").GetAsync(url, cancellationToken);
    return Results.Text(await response.Content.ReadAsStringAsync(cancellationToken), statusCode: (int)response.StatusCode);
});

app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = Report.WriteHealthAsync });

await app.RunAsync();
