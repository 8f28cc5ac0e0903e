using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Sockets.AspNetCore.Tests.Recipes;

/// <summary>The C# of docs/recipes, line for line, so that it compiles. <see cref="RecipeTests"/> compares and runs it.</summary>
static class RecipeSnippets
{
    internal static HttpClient OfHttpClient()
    {
        var http = new HttpClient(new SocketsHttpHandler().UseMptcp());

        return http;
    }

    internal static void OfTheFactory(IServiceCollection services)
    {
        services.AddHttpClient("orders").UseMptcp();                            // one client
        services.ConfigureHttpClientDefaults(client => client.UseMptcp());      // or all of them
    }

    internal static void OfKestrel(WebApplicationBuilder builder)
    {
        builder.WebHost.UseMptcp();
    }

    internal static void OfRequests(WebApplication app)
    {
        app.MapGet("/", (HttpContext context) => $"{context.GetMptcpState()}: {context.ExplainMptcp()}");
    }

    internal static void OfKestrelAlone(WebApplicationBuilder builder)
    {
        builder.WebHost.UseSockets(o => o.CreateBoundListenSocket = e =>
            e is IPEndPoint ? MptcpSocket.CreateBoundListenSocket(e) : SocketTransportOptions.CreateDefaultBoundListenSocket(e));
    }

    internal static async Task OfWebSockets(Uri uri, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler().UseMptcp());
        using var webSocket = new ClientWebSocket();
        await webSocket.ConnectAsync(uri, invoker, cancellationToken);
    }
}
