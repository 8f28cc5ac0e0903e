using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>
/// The paths that the kernel opens for sockets of the library, with limits and endpoints. The cases come from the kernel's own selftests,
/// tools/testing/selftests/net/mptcp/mptcp_join.sh, with the same counters.
/// </summary>
public class PathManagerTests
{
    /// <summary>One or two links whose addresses are endpoints of the client, with limits on both sides.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(0, 1, 1, 0, 0, 0)] // no endpoint
    [InlineData(1, 1, 1, 1, 1, 1)] // one endpoint
    [InlineData(1, 1, 0, 0, 0, 0)] // the client may have no subflow besides the first
    [InlineData(1, 0, 1, 1, 1, 0)] // the server may have none
    [InlineData(2, 2, 2, 2, 2, 2)] // two endpoints
    [InlineData(2, 1, 2, 2, 2, 1)] // the server may have one of them
    public async Task The_client_joins_from_its_endpoints(int endpoints, int serverLimit, int clientLimit, int syns, int answers, int joined)
    {
        using var hosts = new TwoHosts(null, null, null);
        hosts.Server.SetLimits(serverLimit, 0);
        hosts.Client.SetLimits(clientLimit, 0);
        foreach (LabLink link in hosts.Client.Links.Skip(1).Take(endpoints))
            hosts.Client.AddEndpoint(link, LabEndpointRoles.Subflow);

        using Connection connection = await hosts.ConnectAsync(joined);

        await ShouldJoinAsync(hosts, syns, answers, joined);
        await ShouldWorkAsync(connection);
    }

    /// <summary>The server announces an address, which the client may accept or not.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task The_client_joins_addresses_that_the_server_announces(int acceptedAddresses, int joined)
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);
        hosts.Client.SetLimits(1, acceptedAddresses);
        using Connection connection = await hosts.ConnectAsync(joined, IPAddress.Any);

        await Eventually.TrueAsync(() => hosts.Client.Read("AddAddr") == 1 && hosts.Server.Read("EchoAdd") == 1, "the address is announced and echoed");
        await ShouldJoinAsync(hosts, joined, joined, joined);
        await ShouldWorkAsync(connection);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Joins_in_both_directions_make_two_paths()
    {
        using var hosts = new TwoHosts(null, null, null);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);
        hosts.Client.AddEndpoint(hosts.Client.Links[2], LabEndpointRoles.Subflow);
        hosts.Client.SetLimits(2, 1);

        using Connection connection = await hosts.ConnectAsync(joined: 2, IPAddress.Any);

        await ShouldJoinAsync(hosts, 2, 2, 2);
        await ShouldWorkAsync(connection);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_full_mesh_joins_each_address_from_each()
    {
        using var hosts = new TwoHosts(null, null, null);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);
        foreach (LabLink link in hosts.Client.Links.Skip(1))
            hosts.Client.AddEndpoint(link, LabEndpointRoles.Subflow | LabEndpointRoles.FullMesh);
        hosts.Server.SetLimits(4, 0);
        hosts.Client.SetLimits(4, 1);

        using Connection connection = await hosts.ConnectAsync(joined: 4, IPAddress.Any);

        await ShouldJoinAsync(hosts, 4, 4, 4);
        await ShouldWorkAsync(connection);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Removing_an_endpoint_closes_its_path_and_adding_it_again_opens_one()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);
        using Connection connection = await hosts.ConnectAsync();

        hosts.Client.RemoveEndpoint(hosts.SecondLink);
        await Eventually.TrueAsync(() => hosts.Server.Read("RmAddr") == 1 && hosts.Client.Read("RmSubflow") == 1, "the subflow is closed, and the server knows it");
        hosts.Client.Read("MPRstTx").Should().Be(0);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);

        await ShouldJoinAsync(hosts, 2, 2, 2);
        connection.ShouldBothBe(MptcpState.Mptcp);
        await ShouldWorkAsync(connection);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_of_a_living_connection_becomes_a_backup()
    {
        using var hosts = new TwoHosts(50, 50);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);
        using Connection connection = await hosts.ConnectAsync();

        hosts.Client.SetBackup(hosts.SecondLink, isBackup: true);

        await Eventually.TrueAsync(() => hosts.Client.Read("MPPrioTx") == 1 && hosts.Server.Read("MPPrioRx") == 1, "the server receives the change");
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();
        long before = hosts.SecondLink.ReadBytesSent(hosts.Client);
        await transfer.MovesOnAsync();
        hosts.SecondLink.ReadBytesSent(hosts.Client).Should().BeLessThan(before + 100_000);
        await transfer.EndAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_IPv6_connection_has_IPv4_paths()
    {
        Needs.LabFaults();
        Needs.IPv6();
        using var hosts = new TwoHosts(50, 50);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);
        hosts.Client.SetLimits(1, 1);
        using Connection connection = await hosts.ConnectAsync(joined: 1, IPAddress.IPv6Any);
        ((IPEndPoint)connection.Client.RemoteEndPoint!).Address.Should().Be(hosts.FirstLink.GetAddress(hosts.Server, AddressFamily.InterNetworkV6));
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();

        using (hosts.FirstLink.Blackhole())
        {
            await transfer.MovesOnAsync();
            connection.ShouldBothBe(MptcpState.Mptcp);
            await transfer.EndAsync();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_IPv4_connection_has_no_IPv6_paths()
    {
        Needs.IPv6();
        using var hosts = new TwoHosts(null, null);
        hosts.Client.SetLimits(1, 1);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal, AddressFamily.InterNetworkV6);

        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);

        await Eventually.TrueAsync(() => hosts.Client.Read("AddAddr") == 1 && hosts.Server.Read("EchoAdd") == 1, "the address is announced and echoed");
        await ShouldWorkAsync(connection);
        hosts.Client.Read("MPJoinSynTx").Should().Be(0);
        hosts.Server.Read("MPJoinSynRx").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_paths_carry_a_share_each()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: false);

        const int much = 8 * 1024 * 1024;
        await transfer.MovesOnAsync(much);

        foreach (LabLink link in hosts.Server.Links)
            link.ReadBytesSent(hosts.Server).Should().BeGreaterThan(much / 5);
        await transfer.EndAsync();
    }

    static async Task ShouldJoinAsync(TwoHosts hosts, int syns, int answers, int joined)
    {
        await Eventually.TrueAsync(
            () => hosts.Server.Read("MPJoinSynRx") >= syns && hosts.Client.Read("MPJoinSynAckRx") >= answers && hosts.Server.Read("MPJoinAckRx") >= joined,
            $"{syns} SYNs ask to join, {answers} are answered and {joined} join");
        hosts.Server.Read("MPJoinSynRx").Should().Be(syns);
        hosts.Client.Read("MPJoinSynAckRx").Should().Be(answers);
        hosts.Server.Read("MPJoinAckRx").Should().Be(joined);
    }

    static async Task ShouldWorkAsync(Connection connection)
    {
        connection.ShouldBothBe(MptcpState.Mptcp);
        await Traffic.ExchangeAsync(connection.Client, connection.Server);
    }
}
