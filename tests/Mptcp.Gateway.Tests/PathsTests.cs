using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>Plain TCP programs on two hosts, a gateway on each, and two paths between them.</summary>
public class PathsTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TCP_programs_survive_the_loss_of_a_path(bool toServer)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Socket listener = hosts.Server.Run(() => Peers.ListenTcp());
        IPAddress address = hosts.FirstLink.GetAddress(hosts.Server);
        await using GatewayProcess far = hosts.Server.Run(() => GatewayProcess.Start($"web:Listen=mptcp@{address}:0", $"web:Connect=tcp@{listener.EndPoint()}"));
        IPEndPoint middle = await far.EndPointAsync();
        await using GatewayProcess near = hosts.Client.Run(() => GatewayProcess.Start("web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{middle}", "web:RequireMptcpPeer=true"));
        IPEndPoint front = await near.EndPointAsync();
        using Socket client = hosts.Connect(front, new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        client.GetMptcpState().Should().Be(MptcpState.Tcp);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);

        Transfer transfer = toServer ? Transfer.Start(client, server, isOverNewPaths: true) : Transfer.Start(server, client);
        await transfer.MovesOnAsync();
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == 1, "there is a second path");
        using (hosts.FirstLink.Blackhole())
        {
            await transfer.MovesOnAsync(4 * 1024 * 1024);
            await transfer.EndAsync();
        }

        await near.LineAsync("came over Tcp, and is connected to");
        await far.LineAsync("came over Mptcp");
    }

    [Fact(Timeout = 2 * Limit.OfATest)]
    public async Task Four_streams_carry_500_MB_each_way_while_an_uplink_dies()
    {
        const int streams = 4, before = 25_000_000, after = 100_000_000;
        Needs.LabFaults();
        using var hosts = new TwoHosts(null, null);
        hosts.Client.UseAllLinks();
        using Socket listener = hosts.Listen();
        await using GatewayProcess gateway = hosts.Client.Run(() => GatewayProcess.Start("web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{listener.EndPoint()}", "web:RequireMptcpPeer=true"));
        IPEndPoint front = await gateway.EndPointAsync();
        List<RelayedPair> pairs = [];
        List<Transfer> transfers = [];
        for (int i = 0; i < streams; i++)
        {
            Socket client = hosts.Connect(front, new MptcpConnectOptions { Mode = MptcpMode.Disabled });
            var pair = new RelayedPair(client, await listener.AcceptAsync().WaitAsync(Limit.OfAWait));
            pairs.Add(pair);
            transfers.AddRange([Transfer.Start(pair.Client, pair.Server, isOverNewPaths: true), Transfer.Start(pair.Server, pair.Client)]);
        }

        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == streams, "each connection has a second path");
        await Task.WhenAll(transfers.Select(transfer => transfer.MovesOnAsync(before)));
        using (hosts.FirstLink.Blackhole())
        {
            await Task.WhenAll(transfers.Select(transfer => transfer.MovesOnAsync(after)));
            await Transfer.EndAsync(transfers);
        }

        foreach (RelayedPair pair in pairs)
            await pair.DisposeAsync();
    }
}
