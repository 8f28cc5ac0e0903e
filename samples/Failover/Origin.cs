using System.Net;
using System.Security.Cryptography;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

/// <summary>Serves random bytes with Kestrel.</summary>
sealed class Origin : IAsyncDisposable
{
    internal const int Port = 8080; // nothing else runs on the host

    readonly TaskCompletionSource<byte[]> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly WebApplication _server;

    Origin(WebApplication server) => _server = server;

    /// <summary>Completes when all bytes were written, with their SHA-256 hash.</summary>
    internal Task<byte[]> Sent => _sent.Task;

    internal static async Task<Origin> StartAsync(LabHost host, long size, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        builder.WebHost.UseSockets(options =>
        {
            // The socket accepts clients with and without MPTCP. host.Run creates it on the host.
            options.CreateBoundListenSocket = endPoint => host.Run(() => MptcpSocket.CreateBoundListenSocket(endPoint));
            options.NoDelay = false; // a download does not need it, and Kestrel drops every connection where Linux before 5.17 refuses it
        });
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
