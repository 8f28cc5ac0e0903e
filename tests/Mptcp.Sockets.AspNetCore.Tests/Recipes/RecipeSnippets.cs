using System.Net.WebSockets;
using RabbitMQ.Client;

namespace Mptcp.Sockets.AspNetCore.Tests.Recipes;

/// <summary>The C# of docs/recipes, line for line, so that it compiles; <see cref="RecipeTests"/> compares, and runs it.</summary>
static class RecipeSnippets
{
    internal static HttpClient OfHttpClient()
    {
        var http = new HttpClient(new SocketsHttpHandler().UseMptcp());

        return http;
    }

    internal static async Task OfWebSockets(Uri uri, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler().UseMptcp());
        using var webSocket = new ClientWebSocket();
        await webSocket.ConnectAsync(uri, invoker, cancellationToken);
    }

    internal static ConnectionFactory OfRabbitMQ()
    {
        var factory = new ConnectionFactory
        {
            HostName = "localhost",
            SocketFactory = family => new TcpClientAdapter(MptcpSocket.Create(family)),
        };

        return factory;
    }
}
