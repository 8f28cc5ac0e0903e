using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mptcp.Lab;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>
/// Kestrel, with a response header that contains the protocol of the client. PUT stores the body and returns its SHA-256 in hexadecimal,
/// GET returns the stored body, and a web socket echoes its messages.
/// </summary>
sealed class TestServer : IAsyncDisposable
{
    const string StateHeader = "Mptcp-State";

    readonly WebApplication _application;

    TestServer(WebApplication application)
    {
        _application = application;
        application.UseWebSockets();
        application.Run(AnswerAsync);
    }

    /// <summary>The body that GET returns.</summary>
    internal byte[] Content { get; set; } = Peers.RandomBytes(1000);

    internal Uri Uri => new(_application.Urls.Single());

    /// <summary>Starts a server on a free port, here or on a host. A server for TCP listens on a socket of Kestrel.</summary>
    internal static async Task<TestServer> StartAsync(
        IPAddress? address = null,
        MptcpMode mode = MptcpMode.Required,
        HttpProtocols protocols = HttpProtocols.Http1,
        bool useTls = false,
        LabHost? host = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address ?? IPAddress.Loopback, port: 0, listen =>
            {
                listen.Protocols = protocols;
                if (useTls)
                    listen.UseHttps(Certificates.Loopback);
            });
        });
        if (mode != MptcpMode.Disabled)
        {
            builder.WebHost.UseSockets(sockets =>
                sockets.CreateBoundListenSocket = endPoint =>
                    host is null ? MptcpSocket.CreateBoundListenSocket(endPoint, mode) : host.Run(() => MptcpSocket.CreateBoundListenSocket(endPoint, mode)));
        }

        var server = new TestServer(builder.Build());
        await server._application.StartAsync();
        return server;
    }

    /// <summary>Returns the protocol that the server reported for the request.</summary>
    internal static MptcpState StateIn(HttpResponseMessage response) =>
        Enum.Parse<MptcpState>(response.EnsureSuccessStatusCode().Headers.GetValues(StateHeader).Single());

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        Socket socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        context.Response.Headers[StateHeader] = socket.GetMptcpState().ToString();

        if (context.WebSockets.IsWebSocketRequest)
            await EchoAsync(await context.WebSockets.AcceptWebSocketAsync(), context.RequestAborted);
        else if (HttpMethods.IsPut(context.Request.Method))
            await KeepAsync(context);
        else
            await context.Response.BodyWriter.WriteAsync(Content, context.RequestAborted);
    }

    async Task KeepAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Content = body.ToArray();
        await context.Response.WriteAsync(Convert.ToHexString(SHA256.HashData(Content)), context.RequestAborted);
    }

    static async Task EchoAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } part)
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, cancellationToken);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
    }
}
