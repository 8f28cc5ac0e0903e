using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>Runs when all other tests have ended, because it measures the memory of the process.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public class MemoryTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_keeps_nothing_of_what_the_client_has_sent_behind_its_header()
    {
        const int connections = 200, sentEach = 12 * 1024, allowedEach = 12 * 1024;
        byte[] sent = [.. "PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\n"u8, .. Peers.RandomBytes(sentEach)];
        byte[] received = new byte[sentEach];
        using Socket listener = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={listener.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1");
        List<Socket> sockets = [];
        try
        {
            await ConnectAsync(); // the gateway has its code and its buffers
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int i = 0; i < connections; i++)
                await ConnectAsync();

            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / connections;
            TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for each connection, with both of its ends");
            each.Should().BeLessThan(allowedEach);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        async Task ConnectAsync()
        {
            Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
            sockets.Add(client);
            await client.SendAllAsync(sent);
            Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
            sockets.Add(server);
            for (int count = 0; count < sentEach;)
                count += await server.ReceiveAsync(received.AsMemory(count)).AsTask().WaitAsync(Limit.OfAWait); // a socket keeps its last buffer

            received.Should().Equal(sent[^sentEach..]);
        }
    }
}
