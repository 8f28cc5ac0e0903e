using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace QuickStart;

/// <summary>Fetches a URL, and says whether the connection used MPTCP and, if not, why.</summary>
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

        // Before the body, because the server may close the connection after it. The last socket, because redirects may need several.
        Socket? connection = sockets.LastOrDefault(socket => socket.Connected);
        Console.Error.WriteLine(
            connection is null ? "Whether MPTCP was used is unknown: the connection was closed at once." : Describe(connection));

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
        return system switch
        {
            { IsSupported: false } => $"this system has none ({system.UnavailableReason}). {system.Explanation}",
            { SupportsIPv4: false } when peer.AddressFamily == AddressFamily.InterNetwork => system.Explanation,
            { SupportsIPv6: false } when peer.AddressFamily == AddressFamily.InterNetworkV6 => system.Explanation,
            _ when MptcpBlackholes.Contains(peer) => "TCP was answered there and MPTCP was not: something on the way seems to drop it.",
            _ => "TCP was answered sooner.",
        };
    }

    static async Task SaveAsync(HttpContent content, FileInfo file, CancellationToken cancellationToken)
    {
        bool isNew = !file.Exists;
        FileStream stream = file.Create();
        try
        {
            await using (stream)
                await content.CopyToAsync(stream, cancellationToken);
        }
        catch
        {
            // Half a file must not look complete. An existing path may be a link or a device, so it is emptied and not deleted.
            if (isNew)
                file.Delete();
            else
                file.Create().Dispose();

            throw;
        }
    }
}
