using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink;

namespace Contestant;

/// <summary>The tasks of a client.</summary>
static class Scenarios
{
    const int Block = 64 * 1024;

    static readonly Dictionary<string, Func<ISockets, Server, Stint, Task>> s_scenarios = new()
    {
        ["bulk"] = BulkAsync,
        ["roundtrip"] = RoundTripAsync,
        ["connect"] = ConnectAsync,
        ["connect-many"] = ConnectManyAsync,
        ["first-byte"] = ReceiveFirstByteAsync,
        ["http-new"] = (sockets, server, stint) => RequestAsync(sockets, server, stint, isNew: true),
        ["http-kept"] = (sockets, server, stint) => RequestAsync(sockets, server, stint, isNew: false),
        ["http-many"] = RequestManyAsync,
        ["beside-download"] = RequestBesideDownloadAsync,
        ["once"] = OnceAsync,
        ["download"] = (sockets, server, stint) => new Downloads(sockets, server.Url(WebServer.Endless), Timeout.InfiniteTimeSpan).RunAsync(stint),
        ["stream"] = (sockets, server, stint) => new Downloads(sockets, server.Url(WebServer.Paced), Timeout.InfiniteTimeSpan).RunAsync(stint),
        ["over-time"] = GoodputOverTime.MeasureAsync,
        ["requests"] = (sockets, server, stint) => new Downloads(sockets, server.Url(WebServer.Megabyte), TimeSpan.FromSeconds(3)).RunAsync(stint),
        ["idle"] = IdleConnections.MeasureAsync,
        ["ask"] = Questions.AskAsync,
        ["list"] = Listing.MeasureAsync,
        ["watch"] = Watching.MeasureAsync,
        ["endpoints"] = (_, _, _) => HostServices.RunAsync(services => services.AddMptcpEndpoints()),
        ["endpoints-metered"] = (_, _, _) => HostServices.RunAsync(services => services.AddMptcpEndpoints(options => options.Interfaces.Metered.Add("link2"))),
        ["policy"] = (_, _, _) => HostServices.RunAsync(services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>()),
        ["reloads"] = Reloads.MeasureAsync,
    };

    internal static string Names => string.Join('|', s_scenarios.Keys);

    internal static Func<ISockets, Server, Stint, Task>? Find(string name) => s_scenarios.GetValueOrDefault(name);

    static async Task BulkAsync(ISockets sockets, Server server, Stint stint)
    {
        using Socket socket = await sockets.ConnectAsync(server.EndPoint);
        byte[] block = new byte[Block];
        stint.Start();
        while (stint.GoesOn(await socket.SendAsync(block.AsMemory())))
        {
        }
    }

    static async Task RoundTripAsync(ISockets sockets, Server server, Stint stint)
    {
        using Socket socket = await sockets.ConnectAsync(server.EndPoint);
        socket.NoDelay = true;
        byte[] sent = new byte[1], received = new byte[Block];
        stint.Start();
        do
        {
            await socket.SendAsync(sent.AsMemory());
            if (await socket.ReceiveAsync(received.AsMemory()) != sent.Length)
                throw new InvalidOperationException("The server echoes something else.");
        }
        while (stint.GoesOn());
    }

    static async Task ConnectAsync(ISockets sockets, Server server, Stint stint)
    {
        EndPoint endPoint = server.EndPoint;
        stint.Start();
        do
        {
            using Socket socket = await sockets.ConnectAsync(endPoint);
        }
        while (stint.GoesOn());
    }

    static async Task ConnectManyAsync(ISockets sockets, Server server, Stint stint)
    {
        EndPoint endPoint = server.EndPoint;
        var connects = new Task<Socket>[64];
        stint.Start();
        do
        {
            for (int i = 0; i < connects.Length; i++)
                connects[i] = sockets.ConnectAsync(endPoint).AsTask();

            foreach (Task<Socket> connect in connects)
                (await connect).Dispose();
        }
        while (stint.GoesOn(connects.Length));
    }

    static async Task ReceiveFirstByteAsync(ISockets sockets, Server server, Stint stint)
    {
        EndPoint endPoint = server.EndPoint;
        byte[] buffer = new byte[1];
        stint.Start();
        do
        {
            using Socket socket = await sockets.ConnectAsync(endPoint);
            await socket.SendAsync(buffer.AsMemory());
            if (await socket.ReceiveAsync(buffer.AsMemory()) != buffer.Length)
                throw new InvalidOperationException("The server echoes something else.");
        }
        while (stint.GoesOn());
    }

    static async Task RequestAsync(ISockets sockets, Server server, Stint stint, bool isNew)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        sockets.Configure(handler);
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.ConnectionClose = isNew;
        Uri url = server.Url("/");
        stint.Start();
        do
        {
            byte[] answer = await client.GetByteArrayAsync(url);
            if (!answer.AsSpan().SequenceEqual("Hello, World!"u8))
                throw new InvalidOperationException("The server answers something else.");
        }
        while (stint.GoesOn());
    }

    static async Task RequestManyAsync(ISockets sockets, Server server, Stint stint)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        sockets.Configure(handler);
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.ConnectionClose = true;
        await new RequestTimes(client, server.Url("/")).RunAsync(stint, atOnce: 16);
    }

    static async Task RequestBesideDownloadAsync(ISockets sockets, Server server, Stint stint)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        sockets.Configure(handler);
        using var client = new HttpClient(handler);
        await using Stream download = await client.GetStreamAsync(server.Url(WebServer.Endless));
        Task copying = download.CopyToAsync(Stream.Null);
        await new RequestTimes(client, server.Url(WebServer.Kilobyte)).RunAsync(stint, atOnce: 1);
        if (copying.IsCompleted)
            await copying;
    }

    /// <summary>Makes the first connect of a process.</summary>
    static async Task OnceAsync(ISockets sockets, Server server, Stint stint)
    {
        long before = Stopwatch.GetTimestamp();
        using Socket socket = await sockets.ConnectAsync(server.EndPoint);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(before);
        Stint.Begin();
        Stint.Say(("seconds", elapsed.TotalSeconds));
    }
}
