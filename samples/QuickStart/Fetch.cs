using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace QuickStart;

/// <summary>Fetches a URL, and says whether that was over MPTCP and, if not, why.</summary>
static class Fetch
{
    internal static async Task RunAsync(Uri url, FileInfo? output, bool requireMptcp, CancellationToken cancellationToken)
    {
        var sockets = new ConcurrentQueue<Socket>();
        var options = new MptcpConnectOptions
        {
            Mode = requireMptcp ? MptcpMode.Required : MptcpMode.Preferred,
            RequireMptcpPeer = requireMptcp,
            ConfigureSocket = sockets.Enqueue,
        };
        using var client = new HttpClient(new SocketsHttpHandler().UseMptcp(options));
        using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

        // Now, since a server may close the connection with the last byte. The last, since a redirect may have needed several.
        Socket? connection = sockets.LastOrDefault(socket => socket.Connected);
        Console.Error.WriteLine(connection is null ? "The connection was closed before it could be asked about MPTCP." : Describe(connection));

        response.EnsureSuccessStatusCode();
        if (output is null)
            await response.Content.CopyToAsync(Console.OpenStandardOutput(), cancellationToken);
        else
            await SaveAsync(response.Content, output, cancellationToken);
    }

    static string Describe(Socket connection)
    {
        var peer = (IPEndPoint)connection.RemoteEndPoint!;
        return connection.GetMptcpState() switch
        {
            MptcpState.Mptcp => $"MPTCP was used to {peer}.",
            MptcpState.FellBack => $"MPTCP was not used: {peer} answered without it, or something on the way took it away.",
            _ => $"MPTCP was not used to {peer}: {WhyTcp(peer)}",
        };
    }

    static string WhyTcp(IPEndPoint peer)
    {
        MptcpCapabilities system = MptcpCapabilities.Probe();
        bool isSupported = peer.AddressFamily == AddressFamily.InterNetworkV6 ? system.SupportsIPv6 : system.SupportsIPv4;
        if (!isSupported)
            return $"{system.Explanation} ({system.UnavailableReason})";

        return MptcpBlackholes.Contains(peer)
            ? "it was left unanswered there and TCP was not, so something on the way seems to drop it."
            : "TCP was answered sooner.";
    }

    static async Task SaveAsync(HttpContent content, FileInfo file, CancellationToken cancellationToken)
    {
        bool isNew = !file.Exists;
        await using FileStream stream = file.Create();
        try
        {
            await content.CopyToAsync(stream, cancellationToken);
            await stream.FlushAsync(cancellationToken); // a full disk is to be noticed here
        }
        catch
        {
            // Half a file must not pass for a whole one. What was there before may be a link or a device, so it is emptied instead.
            if (isNew)
                file.Delete();
            else if (stream is { CanSeek: true, Length: > 0 })
                stream.SetLength(0);

            throw;
        }
    }
}
