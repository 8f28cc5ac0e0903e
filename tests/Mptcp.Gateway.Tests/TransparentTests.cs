using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Gateway.Interop;
using Mptcp.Gateway.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Gateway.Tests;

/// <summary>A router with two uplinks makes the connections of its LAN multipath, with the rules of the guide.</summary>
public partial class TransparentTests
{
    const int Streams = 4;

    [Theory(Timeout = 2 * Limit.OfATest)]
    [InlineData("Redirect")]
    [InlineData("Tproxy")]
    public async Task The_connections_of_a_lan_survive_the_loss_of_an_uplink(string mode)
    {
        Needs.Mptcp();
        Needs.LabFaults();
        string nft = Needs.Program("nft", "nftables"), ip = Needs.Program("ip", "iproute2");
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabRouter router = network.AddRouter("router");
        LabLink lan = network.AddLink("lan", client, router);
        LabLink first = network.AddLink("uplink1", router, server, new LabLinkOptions { MegabitsPerSecond = 100 });
        LabLink second = network.AddLink("uplink2", router, server, new LabLinkOptions { MegabitsPerSecond = 100 });
        router.AddEndpoint(second, LabEndpointRoles.Subflow);
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("rules"), Block($"# {mode}: "));
        router.Execute(nft, "-f", directory.File("rules"));
        if (mode == "Tproxy")
        {
            router.Execute(ip, "rule", "add", "fwmark", "1", "lookup", "100");
            router.Execute(ip, "route", "add", "local", "default", "dev", "lo", "table", "100");
        }

        using Socket listener = server.Run(() => MptcpSocket.Listen(new IPEndPoint(first.GetAddress(server), 0)));
        await using GatewayProcess gateway = router.Run(() => GatewayProcess.Start($"lan:Mode={mode}", "lan:Listen=:1234", "lan:ConnectMode=Required"));
        await gateway.EndPointAsync("lan");
        List<RelayedPair> pairs = [];
        List<Transfer> transfers = [];
        for (int i = 0; i < Streams; i++)
        {
            Socket near = client.Run(() => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));
            Socket far = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
            pairs.Add(new RelayedPair(near, far));
            far.GetMptcpState().Should().Be(MptcpState.Mptcp);
            ((IPEndPoint)far.RemoteEndPoint!).Address.Should().Be(first.GetAddress(router), "the router connects on behalf of the client");
            transfers.AddRange([Transfer.Start(near, far), Transfer.Start(far, near)]);
        }

        await Task.WhenAll(transfers.Select(transfer => transfer.MovesOnAsync()));
        await Eventually.TrueAsync(() => server.ReadCounters()["MPJoinAckRx"] == Streams, "each connection has a second path");
        using (first.Blackhole())
        {
            await Task.WhenAll(transfers.Select(transfer => transfer.MovesOnAsync()));
            await Transfer.EndAsync(transfers);
        }

        foreach (RelayedPair pair in pairs)
            await pair.DisposeAsync();

        await gateway.LineAsync($"{lan.GetAddress(client)}:");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Redirect", "The kernel does not say where it wants to go")]
    [InlineData("Tproxy", "is this gateway itself")]
    public async Task A_client_that_was_not_redirected_is_refused(string mode, string reason)
    {
        using var one = new OneHost();
        await using GatewayProcess gateway = one.Host.Run(() => GatewayProcess.Start($"web:Mode={mode}", "web:Listen=:1234"));
        await gateway.EndPointAsync();

        await one.Host.RunAsync(() => Resets.ShouldMeetAsync(new IPEndPoint(IPAddress.Loopback, 1234)));

        (await gateway.LineAsync("was refused")).Should().Contain(reason);
    }

    [Theory]
    [InlineData("02001f90c0000201", false, "192.0.2.1:8080")]
    [InlineData("02001f90c00002010000000000000000", false, "192.0.2.1:8080")]
    [InlineData("0a001f900000000020010db800000000000000000000000100000000", true, "[2001:db8::1]:8080")]
    [InlineData("02001f90c00002", false, null)]
    [InlineData("0a001f900000000020010db8", true, null)]
    [InlineData("", false, null)]
    public void The_address_from_the_kernel_is_parsed_only_if_it_is_long_enough(string hex, bool isIPv6, string? endPoint) =>
        OriginalDestination.Parse(Convert.FromHexString(hex), isIPv6)?.ToString().Should().Be(endPoint);

    /// <summary>The block of rules in the guide that begins with this comment.</summary>
    static string Block(string comment) =>
        Rules().Matches(File.ReadAllText(Repository.PathOf("docs/gateway.md"))).Select(block => block.Groups[1].Value).Single(block => block.StartsWith(comment, StringComparison.Ordinal));

    [GeneratedRegex("```nft\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Rules();
}
