using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Lab.Tests;

/// <summary>
/// The examples in the package's documentation comments, line for line, so that they compile. <see cref="ReadmeTests"/> compares.
/// </summary>
static class Examples
{
    internal static async Task Lab(NetworkStream stream, byte[] buffer)
    {
        Assert.SkipUnless(LabNetwork.Missing.Count == 0, string.Join(' ', LabNetwork.Missing));

        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabLink wifi = network.AddLink("wifi", client, server, new() { MegabitsPerSecond = 20 });
        LabLink cellular = network.AddLink("cellular", client, server, new() { MegabitsPerSecond = 10 });
        client.UseAllLinks();
        using (wifi.Blackhole())
            await stream.ReadExactlyAsync(buffer);
    }

    internal static void Host(LabHost phone, LabHost server, IPEndPoint address)
    {
        using Socket socket = phone.Run(() => MptcpSocket.Connect(address));
        using var http = new HttpClient(phone.UseFor(new SocketsHttpHandler().UseMptcp()));
        using Process program = server.Start("iperf3", "--server");
        string routes = phone.Execute("ip", "route");
        server.SetSysctl("net.mptcp.enabled", "0");
        long joins = server.ReadCounters().GetValueOrDefault("MPJoinAckRx");
    }

    internal static async Task HostAsync(LabHost phone, IPEndPoint address)
    {
        using Socket socket = await phone.RunAsync(() => MptcpSocket.ConnectAsync(address).AsTask());
    }

    internal static async Task Link(LabLink wifi)
    {
        using LabFault fault = wifi.DropPackets(0.1);
        wifi.SetDelay(TimeSpan.FromMilliseconds(80), jitter: TimeSpan.FromMilliseconds(20));
        using LabCapture capture = wifi.Capture("wifi.pcapng");
        await wifi.FlapAsync(5, down: TimeSpan.FromMilliseconds(200), up: TimeSpan.FromMilliseconds(200));
    }

    internal static async Task Interface(LabLink wifi, LabLink fibre, LabHost phone, LabRouter router)
    {
        wifi.GetInterface(phone).ChangeAddress(wifi.GetAddress(phone), IPAddress.Parse("10.0.1.77"));
        using LabFault fault = wifi.GetInterface(phone).LoseCarrier();
        using (wifi.GetInterface(phone).Unplug())
            await Task.Delay(TimeSpan.FromSeconds(1));

        router.EnableNat(outside: fibre);
    }

    internal static void Restart()
    {
        if (LabNetwork.Missing.Any(requirement => requirement.IsRequired))
            Rootless.Restart();
    }
}
