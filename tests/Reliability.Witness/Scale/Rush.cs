using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Sockets;
using Reliability.Roles;

namespace Reliability.Scale;

/// <summary>A program that begins many connects at once, and prints how they ended.</summary>
static class Rush
{
    internal const string Mark = "rush ";

    /// <param name="count">The number of connects.</param>
    /// <param name="server">Where to connect.</param>
    /// <param name="timeout">How long a connect may take.</param>
    internal static async Task<int> RunAsync(int count, IPEndPoint server, TimeSpan timeout)
    {
        Console.WriteLine(Requests.Ready);
        var connector = new MptcpConnector(new MptcpConnectOptions { ConnectTimeout = timeout });
        await ConnectAsync(connector, server); // one-time work is not counted
        int before = Sample.CountDescriptors();
        var clock = Stopwatch.StartNew();
        string[] ends = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ConnectAsync(connector, server)));
        double seconds = clock.Elapsed.TotalSeconds;
        for (int look = 0; look < 100 && Sample.CountDescriptors() > before; look++)
            await Task.Delay(50);

        Dictionary<string, int> counts = ends.CountBy(end => end).ToDictionary();
        var result = new RushResult(counts, seconds, Sample.CountDescriptors() - before);
        Console.WriteLine($"{Mark}{JsonSerializer.Serialize(result)}");
        return 0;
    }

    static async Task<string> ConnectAsync(MptcpConnector connector, IPEndPoint server)
    {
        try
        {
            using Socket socket = await connector.ConnectAsync(server);
            return $"{socket.GetMptcpState()}";
        }
        catch (SocketException e)
        {
            return $"{e.SocketErrorCode}";
        }
    }
}
