using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Lab.Tests;

/// <summary>The C# of the package's README.md, line for line, so that it compiles and runs. <see cref="ReadmeTests"/> compares.</summary>
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
    public async Task A_download_survives_a_path_that_is_dead_behind_the_router()
    {
        using var network = new LabNetwork();
        LabHost phone = network.AddHost("phone"), server = network.AddHost("server");
        LabRouter router = network.AddRouter("router");
        LabLink wifi = network.AddLink("wifi", phone, router, new() { MegabitsPerSecond = 50, Delay = TimeSpan.FromMilliseconds(5) });
        LabLink fibre = network.AddLink("fibre", router, server);
        LabLink cellular = network.AddLink("cellular", phone, server, new() { MegabitsPerSecond = 20, Delay = TimeSpan.FromMilliseconds(30) });
        router.EnableNat(outside: fibre);
        phone.UseAllLinks();                                              // each MPTCP connection gets a subflow over each link

        // A program on a host: any program, yours too. It is killed with the network.
        var start = new ProcessStartInfo("python3", ["-c", Server]) { RedirectStandardOutput = true };
        using Process program = server.Start(start);
        int port = Convert.ToInt32(await program.StandardOutput.ReadLineAsync(), CultureInfo.InvariantCulture);

        // A socket of this process on a host: the code that makes it runs there. It can be used anywhere.
        using Socket socket = phone.Run(() => MptcpSocket.Connect(new IPEndPoint(fibre.GetAddress(server), port)));
        using var stream = new NetworkStream(socket);
        byte[] bytes = new byte[1_000_000];
        await stream.ReadExactlyAsync(bytes.AsMemory(0, 100_000));

        using (fibre.Blackhole())                                         // until it is disposed
            await stream.ReadExactlyAsync(bytes.AsMemory(100_000));

        wifi.ReadBytesSent(router).Should().BeGreaterThan(100_000, "it began there");
        cellular.ReadBytesSent(server).Should().BeGreaterThan(0, "it went on there");
    }
}
