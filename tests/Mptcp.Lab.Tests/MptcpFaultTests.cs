using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Effects of middleboxes on MPTCP, as the kernel counts and reports them.</summary>
public class MptcpFaultTests
{
    const string SynsSent = "MPCapableSYNTX", SynsReceived = "MPCapableSYNRX", SynAcksReceived = "MPCapableSYNACKRX";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_link_that_strips_the_option_makes_connections_fall_back(AddressFamily family)
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");

        using (wifi.StripMptcp())
        using (MptcpPair pair = await MptcpPair.OverAsync(wifi, family))
            pair.ShouldHaveFallenBack();

        MptcpPair.Count(network.Client(), SynsSent).Should().Be(1);
        MptcpPair.Count(network.Server(), SynsReceived).Should().Be(0);
        await WorksAgainAsync(wifi);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_strips_the_option_from_SYN_ACKs_lets_the_server_accept_MPTCP()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");

        using (wifi.StripMptcpFromSynAcks())
        using (MptcpPair pair = await MptcpPair.OverAsync(wifi))
            pair.ShouldHaveFallenBack();

        MptcpPair.Count(network.Server(), SynsReceived).Should().Be(1);
        MptcpPair.Count(network.Client(), SynAcksReceived).Should().Be(0);
        await WorksAgainAsync(wifi);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Only_packets_of_the_named_host_are_stripped()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");

        using (wifi.StripMptcpFromSynAcks(network.Client())) // the client sends none
        using (MptcpPair pair = await MptcpPair.OverAsync(wifi))
            pair.ShouldBeMptcp();

        using (wifi.StripMptcp(network.Server()))
        using (MptcpPair pair = await MptcpPair.OverAsync(wifi))
            pair.ShouldHaveFallenBack();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_drops_SYNs_with_the_option_passes_everything_else()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");
        using MptcpPair established = await MptcpPair.OverAsync(wifi);
        using Socket client = MptcpPair.Create(network.Client());
        Task connecting;

        using (wifi.DropMptcpSyns())
        {
            connecting = client.ConnectAsync(established.EndPoint);
            MptcpPair.Count(network.Client(), SynsSent).Should().Be(2, "connecting begins with sending one");
            await Labs.TransferAsync(established.Client, established.Server, 1000);
            established.ShouldBeMptcp();
            await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
            await Labs.EchoesAsync(wifi, AddressFamily.InterNetworkV6);
            MptcpPair.Count(network.Server(), SynsReceived).Should().Be(1, "only the first connection's has arrived");
        }

        await connecting.WaitAsync(Limit.OfAWait); // with a repeated SYN
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task SYN_ACKs_with_the_option_pass_a_link_that_drops_SYNs_with_it()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");

        using (wifi.DropMptcpSyns(network.Server()))
        using (MptcpPair pair = await MptcpPair.OverAsync(wifi))
            pair.ShouldBeMptcp();

        MptcpPair.Count(network.Client(), SynsSent).Should().Be(1, "the first was answered");
    }

    static LabNetwork TwoHosts()
    {
        Needs.Mptcp();
        return Labs.TwoHosts("wifi");
    }

    static async Task WorksAgainAsync(LabLink link)
    {
        using MptcpPair pair = await MptcpPair.OverAsync(link);
        pair.ShouldBeMptcp();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Rewritten_data_fails_the_MPTCP_checksum_and_the_connection_falls_back()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts();
        LabLink wifi = network.GetLink("wifi");
        foreach (LabHost host in network.Hosts)
            host.SetSysctl("net.mptcp.checksum_enabled", "1");

        using MptcpPair pair = await MptcpPair.OverAsync(wifi);
        pair.ShouldBeMptcp();
        using (RewriteData(wifi, network.Client()))
        {
            byte[] sent = [.. Enumerable.Repeat((byte)1, 1000)], received = new byte[sent.Length];
            await pair.Client.SendAsync(sent);
            using var stream = new NetworkStream(pair.Server);
            await stream.ReadExactlyAsync(received).AsTask().WaitAsync(Limit.OfAWait);
            received[0].Should().Be(0x2a);
            received[1..].Should().Equal(sent[1..]);
        }

        MptcpPair.Count(network.Server(), "DataCsumErr").Should().BePositive();
        await Labs.TransferAsync(pair.Client, pair.Server, 1000); // its packets say that there is no mapping any more
        await Labs.TransferAsync(pair.Server, pair.Client, 1000);
        pair.ShouldHaveFallenBack();
    }

    static LabFault RewriteData(LabLink link, LabHost from)
    {
        try
        {
            return link.RewriteData(from);
        }
        catch (LabException e) when (Environment.OSVersion.Version < new Version(6, 2))
        {
            Needs.KernelLacks($"whose nftables finds the data of a TCP packet (6.2): {e.Message}");
            throw;
        }
    }
}
