using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Lab.Tests;

/// <summary>The C# of the package's README.md, line for line, so that it compiles, and runs; <see cref="ReadmeTests"/> compares.</summary>
public class ReadmeSnippets
{
    const string Server =
        """
        import socket, sys
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
        listener.bind(('0.0.0.0', 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)
        peer, _ = listener.accept()
        peer.sendall(bytes(1_000_000))
        peer.recv(1)
        """;

    public ReadmeSnippets()
    {
        Needs.LabFaults();
        Needs.LabRates();
        Assert.SkipUnless(LabNetwork.Missing.Count == 0, string.Join(' ', LabNetwork.Missing));
        Needs.Mptcp();
        Needs.Python();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_download_survives_the_loss_of_wifi()
    {
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabLink wifi = network.AddLink("wifi", client, server, new() { MegabitsPerSecond = 20 });
        network.AddLink("cellular", client, server, new() { MegabitsPerSecond = 10 });
        client.UseAllLinks();                                             // its Multipath TCP connections have a subflow over each

        // A program on a host: any program, yours too. It is killed with the network.
        var start = new ProcessStartInfo("python3", ["-c", Server]) { RedirectStandardOutput = true };
        using Process program = server.Start(start);
        int port = Convert.ToInt32(await program.StandardOutput.ReadLineAsync(), CultureInfo.InvariantCulture);

        // Sockets on a host, in this process: those that code makes which runs there. They can be used anywhere.
        using Socket socket = client.Run(() => MptcpSocket.Connect(new IPEndPoint(wifi.GetAddress(server), port)));
        using var stream = new NetworkStream(socket);
        byte[] bytes = new byte[1_000_000];
        await stream.ReadExactlyAsync(bytes.AsMemory(0, 100_000));

        using (wifi.Blackhole())                                          // until it is disposed of
            await stream.ReadExactlyAsync(bytes.AsMemory(100_000));
    }
}
