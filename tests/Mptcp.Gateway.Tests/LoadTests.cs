using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>Loads a gateway with slow readers and with many clients.</summary>
public class LoadTests
{
    const long Megabyte = 1024 * 1024;

    [Fact(Timeout = Limit.OfATest)]
    public async Task Slow_readers_slow_the_writers_and_do_not_fill_the_memory()
    {
        const int readers = 8, megabytesEach = 32, allowed = 32; // 256 MB are sent
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { ConfigureSocket = s => s.ReceiveBufferSize = 256 * 1024 });
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync("web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{listener.EndPoint()}");
        await using GatewayProcess _ = gateway;
        byte[] content = Peers.RandomBytes(megabytesEach * (int)Megabyte);
        await PassAsync(endPoint, listener, content.AsMemory(0, (int)Megabyte)); // the gateway has its code and its buffers
        long before = gateway.ReadMemory(), most = before;

        List<(Socket Client, Socket Server)> connections = [];
        for (int i = 0; i < readers; i++)
            connections.Add((await Relayed.ConnectAsync(endPoint), await listener.AcceptAsync()));

        long sent = 0;
        Task sending = Task.WhenAll(connections.Select(connection => SendAsync(connection.Client)));
        await SenderIsStuckAsync();
        long sentAtFirst = Interlocked.Read(ref sent);
        byte[][] hashes = await Task.WhenAll(connections.Select(connection => ReadSlowlyAsync(connection.Server))).WaitAsync(2 * Limit.OfAWait);
        await sending;

        TestContext.Current.TestOutputHelper?.WriteLine($"At first {sentAtFirst / Megabyte} MB of {readers * megabytesEach} were sent; the gateway had {before / Megabyte} MB, then at most {most / Megabyte}.");
        sentAtFirst.Should().BeLessThan(readers * megabytesEach * Megabyte * 3 / 4, "a reader that does not read stops the writer");
        hashes.Should().OnlyContain(hash => hash.SequenceEqual(SHA256.HashData(content)));
        ((most - before) / Megabyte).Should().BeLessThan(allowed, "of {0} MB sent, hardly any are in the gateway", readers * megabytesEach);
        foreach ((Socket client, Socket server) in connections)
        {
            client.Dispose();
            server.Dispose();
        }

        async Task SendAsync(Socket client)
        {
            for (int offset = 0; offset < content.Length;)
            {
                int count = await client.SendAsync(content.AsMemory(offset, Math.Min(64 * 1024, content.Length - offset)));
                offset += count;
                Interlocked.Add(ref sent, count);
            }

            client.Shutdown(SocketShutdown.Send);
        }

        // Without back pressure, the writer would never stop before its end.
        async Task SenderIsStuckAsync()
        {
            long last = -1;
            var since = Stopwatch.StartNew();
            await Eventually.TrueAsync(
                () =>
                {
                    Measure();
                    if (Interlocked.Read(ref sent) is var now && now != last)
                    {
                        last = now;
                        since.Restart();
                    }

                    return sending.IsCompleted || since.Elapsed > TimeSpan.FromSeconds(1);
                },
                "the writers are stuck");
        }

        async Task<byte[]> ReadSlowlyAsync(Socket server)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[64 * 1024];
            for (long total = 0; await server.ReceiveAsync(buffer.AsMemory()) is var count and > 0; total += count)
            {
                hash.AppendData(buffer, 0, count);
                if (total / Megabyte == (total + count) / Megabyte)
                    continue;

                Measure();
                await Task.Delay(20);
            }

            return hash.GetHashAndReset();
        }

        void Measure()
        {
            long now = gateway.ReadMemory();
            lock (connections)
                most = Math.Max(most, now);
        }
    }

    [Fact(Timeout = 2 * Limit.OfATest)]
    public async Task Each_of_5000_connections_has_its_own_data_and_takes_little_memory()
    {
        const int descriptorsEach = 2, allowedEach = 64 * 1024;
        int count = int.Parse(Environment.GetEnvironmentVariable("MPTCP_TESTS_CONNECTIONS") ?? "5000", CultureInfo.InvariantCulture);
        Needs.Mptcp();
        await NeedsDescriptorsAsync(descriptorsEach * count + 150);
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        Task echoing = EchoAllAsync(listener, count);
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync("web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{listener.EndPoint()}", "--Logging:LogLevel:Default=Information");
        await using GatewayProcess _ = gateway;
        var clients = new Socket[count];
        long before = gateway.ReadMemory();
        try
        {
            for (int i = 0; i < count; i++)
                clients[i] = await Relayed.ConnectAsync(endPoint);

            await ExchangeAsync(clients);
            await ExchangeAsync(clients); // all are still there
            long memoryEach = (gateway.ReadMemory() - before) / count;
            TestContext.Current.TestOutputHelper?.WriteLine($"{count} connections, {memoryEach} bytes of private memory each");
            memoryEach.Should().BeLessThan(allowedEach);
            foreach (Socket client in clients)
                client.Shutdown(SocketShutdown.Send);

            await Task.WhenAll(clients.Select(async client => (await client.ReceiveToEndAsync()).Should().BeEmpty())).WaitAsync(Limit.OfAWait);
            await echoing.WaitAsync(Limit.OfAWait);
        }
        finally
        {
            foreach (Socket? client in clients)
                client?.Dispose();
        }

        await gateway.TerminateAsync();
        await gateway.ShouldEndAsync();
        await gateway.LineAsync($"web: {count} connections, {2 * 100 * count} bytes to the server, {2 * 100 * count} to clients.");
        gateway.Log.Should().NotContain(line => line.StartsWith("warn:") || line.StartsWith("fail:"));
    }

    static async Task PassAsync(IPEndPoint gateway, Socket listener, ReadOnlyMemory<byte> content)
    {
        using Socket client = await Relayed.ConnectAsync(gateway);
        using Socket server = await listener.AcceptAsync();
        Task sending = client.SendToEndAsync(content);
        Traffic.ShouldBeTheSame(await server.ReceiveToEndAsync(), content.ToArray());
        await sending;
    }

    static async Task EchoAllAsync(Socket listener, int count)
    {
        var connections = new Task[count];
        for (int i = 0; i < count; i++)
            connections[i] = EchoAsync(await listener.AcceptAsync());

        await Task.WhenAll(connections);

        static async Task EchoAsync(Socket server)
        {
            using (server)
            {
                server.GetMptcpState().Should().Be(MptcpState.Mptcp);
                byte[] buffer = new byte[1024];
                while (await server.ReceiveAsync(buffer.AsMemory()) is var received and > 0)
                    await server.SendAllAsync(buffer.AsMemory(0, received));
            }
        }
    }

    static Task ExchangeAsync(Socket[] clients) => Task.WhenAll(clients.Select(async client =>
    {
        byte[] sent = Peers.RandomBytes(100);
        await client.SendAllAsync(sent);
        (await client.ReceiveExactlyAsync(sent.Length)).Should().Equal(sent);
    })).WaitAsync(Limit.OfAWait);

    /// <summary>Needs this many descriptors in this process and in those that it starts. .NET raises its limit to the hard limit.</summary>
    static async Task NeedsDescriptorsAsync(int count)
    {
        string limit = (await Child.RunAsync("sh", ["-c", "ulimit -Hn"])).ShouldSucceed().Output.Trim();
        if (limit != "unlimited" && int.Parse(limit, CultureInfo.InvariantCulture) < count)
            Needs.Lacks($"{count} descriptors in a process, and is allowed {limit}: raise it with 'ulimit -n'.");
    }
}
