using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Settings of the kernel's path manager, checked by their effect.</summary>
public class EndpointTests
{
    const string Joined = "MPJoinSynAckRx";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_client_that_uses_all_links_has_a_subflow_over_each(AddressFamily family)
    {
        using LabNetwork network = TwoHosts("wifi", "dsl", "cellular");
        network.Client().UseAllLinks();
        long before = network.GetLink("cellular").ReadBytesSent(network.Client());

        using MptcpPair pair = await MptcpPair.OverAsync(network.GetLink("wifi"), family);

        await HappensAsync(network.Client(), Joined, 2);
        network.GetLink("cellular").ReadBytesSent(network.Client()).Should().BeGreaterThan(before);
        pair.ShouldBeMptcp();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_survives_the_link_that_it_began_on()
    {
        Needs.LabFaults();
        using LabNetwork network = TwoHosts("wifi", "dsl");
        network.Client().UseAllLinks();
        using MptcpPair pair = await MptcpPair.OverAsync(network.GetLink("wifi"));
        await HappensAsync(network.Client(), Joined, 1);

        using (network.GetLink("wifi").Blackhole())
        {
            await Labs.TransferAsync(pair.Client, pair.Server, 100_000);
            await Labs.TransferAsync(pair.Server, pair.Client, 100_000);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_connects_to_the_addresses_that_a_server_announces()
    {
        using LabNetwork network = TwoHosts("wifi", "dsl");
        network.Server().SetLimits(subflows: 1, acceptedAddresses: 0);
        network.Client().SetLimits(subflows: 1, acceptedAddresses: 1);
        network.Server().AddEndpoint(network.GetLink("dsl"), LabEndpointRoles.Signal);

        using MptcpPair pair = await MptcpPair.OverAsync(network.GetLink("wifi"));

        await HappensAsync(network.Client(), Joined, 1);
        MptcpPair.Count(network.Client(), "AddAddr").Should().BePositive();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_is_added_becomes_a_backup_and_is_removed_during_a_connection()
    {
        using LabNetwork network = TwoHosts("wifi", "dsl");
        LabHost client = network.Client(), server = network.Server();
        LabLink dsl = network.GetLink("dsl");
        using MptcpPair pair = await MptcpPair.OverAsync(network.GetLink("wifi"));

        client.AddEndpoint(dsl, LabEndpointRoles.Subflow);
        await HappensAsync(client, Joined, 1);
        SubflowsOver(dsl).Should().Be(1);

        client.SetBackup(dsl, true);
        await HappensAsync(server, "MPPrioRx", 1);
        client.SetBackup(dsl, false);
        await HappensAsync(server, "MPPrioRx", 2);

        client.RemoveEndpoint(dsl);
        await Eventually.TrueAsync(() => SubflowsOver(dsl) == 0, "the subflow is closed");
        await Labs.TransferAsync(pair.Client, pair.Server, 1000);
    }

    [Fact]
    public void A_refusal_contains_the_kernels_own_message()
    {
        using LabNetwork network = TwoHosts("wifi");
        LabHost client = network.Client();
        LabLink wifi = network.GetLink("wifi");
        client.AddEndpoint(wifi, LabEndpointRoles.Subflow | LabEndpointRoles.Backup);

        Refuses(() => client.SetLimits(65, 0), "*subflows 65*");
        Refuses(() => client.SetLimits(-1, 0), "*subflows -1*");
        Refuses(() => client.AddEndpoint(wifi, LabEndpointRoles.Subflow), "*duplicate*10.0.1.1*");
        Refuses(() => client.AddEndpoint(wifi, LabEndpointRoles.Signal | LabEndpointRoles.FullMesh, AddressFamily.InterNetworkV6), "*fd00:0:0:1::1*");
        Refuses(() => client.RemoveEndpoint(wifi, AddressFamily.InterNetworkV6), "*endpoint delete id 2*");
        Refuses(() => client.SetBackup(wifi, true, AddressFamily.InterNetworkV6), "*endpoint change id 2*");
        client.RemoveEndpoint(wifi);

        static void Refuses(Action action, string message) => action.Should().Throw<LabException>().WithMessage(message);
    }

    [Fact]
    public void More_links_than_the_kernel_has_room_for_are_refused_before_anything_changes()
    {
        using LabNetwork network = TwoHosts();
        LabHost client = network.Client();
        int links = HasRoomFor(client, 64) ? 33 : 5, endpoints = 2 * links;
        for (int i = 1; i <= links; i++)
            network.Connect($"link{i}");

        string[] before = Settings();

        FluentActions.Invoking(client.UseAllLinks).Should().Throw<LabException>().WithMessage($"*'client'*{links} links*{endpoints} endpoints*");

        Settings().Should().Equal(before);

        string[] Settings() => [.. network.Hosts.Select(host => host.Execute("ip", "mptcp", "limits")), client.Execute("ip", "mptcp", "endpoint")];
    }

    [Fact]
    public void A_host_on_five_links_uses_all_if_the_kernel_has_room()
    {
        using LabNetwork network = TwoHosts("a", "b", "c", "d", "e");
        LabHost client = network.Client();
        if (!HasRoomFor(client, 64))
            Needs.KernelLacks("with 64 subflows: Linux 7.2 or later.");

        client.UseAllLinks();

        client.Execute("ip", "mptcp", "endpoint").Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(10);
        client.Execute("ip", "mptcp", "limits").Should().Contain("subflows 10 ");
    }

    /// <summary>Returns whether the kernel accepts this limit of subflows. Restores the previous limit.</summary>
    static bool HasRoomFor(LabHost host, int subflows)
    {
        try
        {
            host.SetLimits(subflows, 0);
        }
        catch (LabException)
        {
            return false;
        }

        host.SetLimits(2, 0);
        return true;
    }

    static LabNetwork TwoHosts(params string[] links)
    {
        Needs.Mptcp();
        return Labs.TwoHosts(links);
    }

    static Task HappensAsync(LabHost host, string counter, long count) =>
        Eventually.TrueAsync(() => MptcpPair.Count(host, counter) == count, $"{host}'s {counter} is {count}");

    /// <summary>
    /// Counts the established TCP connections from the client's address on the link. To the kernel, subflows are such connections.
    /// </summary>
    static int SubflowsOver(LabLink link)
    {
        const string established = "01"; // net/tcp_states.h
        string local = $" {Convert.ToHexString([.. link.GetAddress(link.FirstHost).GetAddressBytes().Reverse()])}:";
        return link.FirstHost.Run(() => File.ReadLines("/proc/thread-self/net/tcp")
            .Count(line => line.Contains(local, StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] == established));
    }
}
