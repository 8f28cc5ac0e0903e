using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mptcp.Lab;
using Mptcp.Sockets;
using Xunit;

namespace FailoverTest;

public class FailoverTests
{
    const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task A_download_survives_the_loss_of_wifi()
    {
        Assert.SkipUnless(LabNetwork.Missing.Count == 0, string.Join(' ', LabNetwork.Missing));
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        using var network = new LabNetwork();
        LabHost phone = network.AddHost("phone"), server = network.AddHost("server");
        LabLink wifi = network.AddLink("wifi", phone, server, new() { MegabitsPerSecond = 50, Delay = TimeSpan.FromMilliseconds(5) });
        LabLink cellular = network.AddLink("cellular", phone, server, new() { MegabitsPerSecond = 20, Delay = TimeSpan.FromMilliseconds(30) });
        phone.UseAllLinks();

        byte[] data = RandomNumberGenerator.GetBytes(5_000_000), received = new byte[data.Length];
        using Socket listener = server.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Any, 0)));
        var address = new IPEndPoint(wifi.GetAddress(server), ((IPEndPoint)listener.LocalEndPoint!).Port);
        using Socket socket = phone.Run(() => MptcpSocket.Connect(address));
        using Socket accepted = await listener.AcceptAsync(cancellationToken);
        Task<int> sending = accepted.SendAsync(data, cancellationToken).AsTask();

        using var stream = new NetworkStream(socket);
        await stream.ReadExactlyAsync(received.AsMemory(0, 1_000_000), cancellationToken);
        using (wifi.Blackhole())
            await stream.ReadExactlyAsync(received.AsMemory(1_000_000), cancellationToken);

        await sending;
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(received));
        Assert.Equal(MptcpState.Mptcp, socket.GetMptcpState());
        Assert.True(cellular.ReadBytesSent(server) > 1_000_000, "The rest came over the other link.");
    }
}
