using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Scenarios;

public class ManyClientsTests
{
    const int Count = 500;

    [Fact(Timeout = 2 * Limit.OfATest)]
    public async Task None_of_500_clients_is_lost_with_a_path()
    {
        Needs.LabFaults();
        using var hosts = new TwoHosts(null, null);
        hosts.Client.UseAllLinks();
        using var listener = hosts.Server.Run(() =>
        {
            var listener = new MptcpTcpListener(hosts.FirstLink.GetAddress(hosts.Server), 0);
            listener.Start(Count);
            return listener;
        });
        Task serving = ServeAsync(listener);
        MptcpTcpClient[] clients = hosts.Client.Run(() => Enumerable.Range(0, Count).Select(_ => Connect((IPEndPoint)listener.LocalEndpoint)).ToArray());
        try
        {
            await ExchangeAllAsync(clients);
            await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == Count, "each has a second path");

            using (hosts.FirstLink.Blackhole())
            {
                await ExchangeAllAsync(clients);
                await ExchangeAllAsync(clients);
                clients.Should().OnlyContain(client => client.State == MptcpState.Mptcp);
                foreach (MptcpTcpClient client in clients)
                    client.Client.Shutdown(SocketShutdown.Send);
                await serving.WaitAsync(Limit.OfAWait);
            }
        }
        finally
        {
            foreach (MptcpTcpClient client in clients)
                client.Dispose();
        }
    }

    static MptcpTcpClient Connect(IPEndPoint server)
    {
        var client = new MptcpTcpClient();
        client.Connect(server);
        return client;
    }

    /// <summary>Echoes the data of each client.</summary>
    static async Task ServeAsync(MptcpTcpListener listener)
    {
        var served = new Task[Count];
        for (int i = 0; i < Count; i++)
            served[i] = EchoAsync(await listener.AcceptTcpClientAsync());

        await Task.WhenAll(served);

        static async Task EchoAsync(TcpClient client)
        {
            using (client)
                await Traffic.EchoAsync(client.Client);
        }
    }

    static Task ExchangeAllAsync(MptcpTcpClient[] clients) => Task.WhenAll(clients.Select(async client =>
    {
        byte[] sent = Peers.RandomBytes(4096);
        await client.Client.SendAllAsync(sent);
        (await client.Client.ReceiveExactlyAsync(sent.Length)).Should().Equal(sent);
    }));
}
