using System.Net;
using System.Security.Cryptography;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

/// <summary>The server: Kestrel, which answers with random bytes.</summary>
sealed class Origin : IAsyncDisposable
{
    internal const int Port = 8080; // the host has nothing else on it

    readonly TaskCompletionSource<byte[]> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly WebApplication _server;

    Origin(WebApplication server) => _server = server;

    /// <summary>The SHA-256 of what was sent, once it is.</summary>
    internal Task<byte[]> Sent => _sent.Task;

    internal static async Task<Origin> StartAsync(LabHost host, long size, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        // The one line of it that is not any server's. It takes clients with and without Multipath TCP; host.Run puts the socket on that host.
        builder.WebHost.UseSockets(o => o.CreateBoundListenSocket = endPoint => host.Run(() => MptcpSocket.CreateBoundListenSocket(endPoint)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, Port));

        var origin = new Origin(builder.Build());
        origin._server.MapGet("/", context => origin.SendAsync(context.Response, size, context.RequestAborted));
        await origin._server.StartAsync(cancellationToken);
        return origin;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task SendAsync(HttpResponse response, long size, CancellationToken cancellationToken)
    {
        response.ContentLength = size;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[64 * 1024];
        for (long left = size; left > 0;)
        {
            Memory<byte> next = block.AsMemory(0, (int)Math.Min(left, block.Length));
            RandomNumberGenerator.Fill(next.Span);
            hash.AppendData(next.Span);
            await response.Body.WriteAsync(next, cancellationToken);
            left -= next.Length;
        }

        _sent.SetResult(hash.GetHashAndReset());
    }
}
