using System.Net;
using System.Text.RegularExpressions;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.Tests;

/// <summary>Compares endpoints and limits with ip(8).</summary>
public class PathManagerTests
{
    static readonly IPAddress s_address = IPAddress.Parse("10.9.8.7");

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("10.1.2.3", Subflow, 0, "subflow")]
    [InlineData("10.1.2.3", Subflow | Backup, 7, "subflow backup")]
    [InlineData("10.1.2.3", Subflow | FullMesh, 255, "subflow fullmesh")]
    [InlineData("10.1.2.3", Signal, 1, "signal")]
    [InlineData("fd00::1:2", Signal | Subflow, 3, "signal subflow")]
    [InlineData("fd00::1:2", Signal | Backup, 0, "signal backup")]
    [InlineData("10.1.2.3", None, 0, "")]
    public Task An_endpoint_that_the_library_adds_is_shown_by_ip(string address, MptcpEndpointFlags flags, byte id, string words) => Hosts.OnOneAsync(host =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint added = manager.AddEndpoint(new MptcpEndpoint(IPAddress.Parse(address), flags) { Id = id, InterfaceName = "lo" });

        added.Should().Be(new MptcpEndpoint(IPAddress.Parse(address), flags) { Id = id == 0 ? (byte)1 : id, InterfaceIndex = 1, InterfaceName = "lo" });
        Words(host.Execute("ip", "mptcp", "endpoint", "show")).Should().Equal(Words($"{address} id {added.Id} {words} dev lo"));
        manager.GetEndpoint(added.Id).Should().Be(added);
        manager.GetEndpoints().Should().Equal(added);
        manager.RemoveEndpoint(added.Id);
        manager.GetEndpoints().Should().BeEmpty();
        host.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("10.1.2.3 id 9 dev lo subflow backup", "10.1.2.3", 0, 9, Subflow | Backup, "lo")]
    [InlineData("10.1.2.3 port 8080 signal", "10.1.2.3", 8080, 1, Signal, null)]
    [InlineData("fd00::7 id 200 subflow fullmesh", "fd00::7", 0, 200, Subflow | FullMesh, null)]
    public Task An_endpoint_that_ip_adds_is_listed(string command, string address, int port, byte id, MptcpEndpointFlags flags, string? device) => Hosts.OnOneAsync(host =>
    {
        host.Execute("ip", "address", "add", $"{address}/32", "dev", "lo"); // with a port, the kernel listens at the address
        host.Execute("ip", ["mptcp", "endpoint", "add", .. command.Split(' ')]);
        using MptcpPathManager manager = MptcpPathManager.Open();

        manager.GetEndpoints().Should().Equal(
            new MptcpEndpoint(IPAddress.Parse(address), flags) { Port = port, Id = id, InterfaceIndex = device is null ? 0 : 1, InterfaceName = device });
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task An_announced_endpoint_can_have_a_port() => Hosts.OnOneAsync(host =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint added = manager.AddEndpoint(new MptcpEndpoint(IPAddress.Loopback, Signal) { Port = 8080 });

        added.Port.Should().Be(8080);
        host.Execute("ip", "mptcp", "endpoint", "show").Should().Contain("127.0.0.1 port 8080 id 1 signal");
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task As_many_endpoints_as_the_kernel_takes_are_listed_changed_and_flushed() => Hosts.OnOneAsync(host =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        int maximum = manager.GetMaximumEndpoints();
        MptcpEndpoint[] added = [.. Enumerable.Range(1, maximum).Select(i => manager.AddEndpoint(IPAddress.Parse($"10.0.0.{i}"), Subflow))];
        manager.GetEndpoints().Should().Equal(added);
        added.Select(endpoint => (int)endpoint.Id).Should().Equal(Enumerable.Range(1, maximum));

        manager.SetEndpointFlags(3, Subflow | Backup).Should().Be(added[2] with { Flags = Subflow | Backup });
        host.Execute("ip", "mptcp", "endpoint", "show", "id", "3").Should().Contain("backup");
        manager.SetEndpointFlags(3, Subflow | FullMesh).Flags.Should().Be(Subflow | FullMesh);
        manager.SetEndpointFlags(3, Subflow).Should().Be(added[2]);

        Action oneMore = () => manager.AddEndpoint(s_address, Subflow);
        oneMore.Should().Throw<MptcpNetlinkException>().Where(e => e.ErrorNumber == 34 || e.KernelMessage != null).WithMessage("The kernel refuses to add the endpoint 10.9.8.7: *");
        manager.FlushEndpoints();
        manager.GetEndpoints().Should().BeEmpty();
        host.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Limits_equal_those_of_ip() => Hosts.OnOneAsync(host =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        manager.GetLimits().Should().Be(new MptcpLimits(ExtraSubflows: 2, AcceptedAddresses: 0), "these are the kernel's defaults");
        manager.SetLimits(new MptcpLimits(ExtraSubflows: 3, AcceptedAddresses: 5));
        Words(host.Execute("ip", "mptcp", "limits", "show")).Should().Equal("3", "5", "add_addr_accepted", "subflows");
        host.Execute("ip", "mptcp", "limits", "set", "subflows", "8", "add_addr_accepted", "1");
        manager.GetLimits().Should().Be(new MptcpLimits(8, 1));
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task New_limits_apply_to_existing_connections()
    {
        using var hosts = new TwoHosts(null, null);
        using MptcpPathManager client = hosts.Client.Run(MptcpPathManager.Open);
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        client.SetLimits(new MptcpLimits(ExtraSubflows: 0, AcceptedAddresses: 0));
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        client.RemoveEndpoint(client.AddEndpoint(second, Subflow).Id);
        connection.Client.GetMptcpInfo().ExtraSubflows.Should().Be(0);

        client.SetLimits(new MptcpLimits(ExtraSubflows: 1, AcceptedAddresses: 0));
        client.AddEndpoint(second, Subflow);
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == 1, "the subflow joins");

        client.SetLimits(new MptcpLimits(ExtraSubflows: 0, AcceptedAddresses: 0));
        await connection.ExchangeAsync(1000, 1000);
        connection.Client.GetMptcpInfo().ExtraSubflows.Should().Be(1, "nobody loses a path");
    }

    [Fact(Timeout = Limit.OfATest)]
    public Task A_refusal_contains_the_kernels_own_message() => Hosts.OnOneAsync(_ =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        int tooMany = manager.GetMaximum() + 1;
        Refusal(() => manager.SetLimits(new MptcpLimits(tooMany, 0)), 22, "limit greater than maximum*", $"set limits of {tooMany} extra subflows and 0 accepted addresses");
        Refusal(() => manager.RemoveEndpoint(5), 22, "address not found", "remove endpoint 5");
        bool isOld = MptcpCapabilities.Probe().KernelVersion < new Version(6, 12); // 6.1 gives a number only
        Refusal(() => manager.SetEndpointFlags(5, Backup), 22, isOld ? null : "address not found", "change the flags of endpoint 5 to Backup");
        manager.AddEndpoint(s_address, Subflow);
        Action same = () => manager.AddEndpoint(s_address, Signal), sameId = () => manager.AddEndpoint(new MptcpEndpoint(IPAddress.Parse("10.9.8.6"), Subflow) { Id = 1 });
        same.Should().Throw<MptcpNetlinkException>().Which.ErrorNumber.Should().BeOneOf(17, 22); // 6.1 returns EINVAL in all three cases
        sameId.Should().Throw<MptcpNetlinkException>().Which.ErrorNumber.Should().BeOneOf(16, 22);
        Refusal(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Signal) { Port = 80 }), 99, null, "add the endpoint 10.9.8.7"); // nobody can listen at this address
        manager.GetEndpoint(6).Should().BeNull();
        manager.GetEndpoints().Should().ContainSingle();
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Invalid_input_is_refused_before_the_kernel_is_asked() => Hosts.OnOneAsync(_ =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        Wrong(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Subflow) { Port = 80 }), "*the flag Signal and not Subflow*");
        Wrong(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Signal | Subflow) { Port = 80 }), "*the flag Signal and not Subflow*");
        Wrong(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Signal) { Port = 65536 }), "*from 0*65535*65536*");
        Wrong(() => manager.AddEndpoint(s_address, Signal | FullMesh), "*not both*");
        Wrong(() => manager.AddEndpoint(s_address, Implicit), "*cannot add one*");
        Wrong(() => manager.AddEndpoint(s_address, (MptcpEndpointFlags)64), "*flags 64 are unknown*");
        Wrong(() => manager.AddEndpoint(IPAddress.Any, Subflow), "*means any address*");
        Wrong(() => manager.AddEndpoint(IPAddress.IPv6Any, Subflow), "*means any address*");
        Wrong(() => manager.AddEndpoint(s_address, Subflow, "nowhere"), "*no network interface 'nowhere'*");
        Wrong(() => manager.AddEndpoint(s_address, Subflow, "a-name-that-is-too-long"), "*no network interface*");
        Wrong(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Subflow) { InterfaceName = "lo", InterfaceIndex = 2 }), "*'lo' has the index 1, not 2*");
        Wrong(() => manager.AddEndpoint(new MptcpEndpoint(s_address, Subflow) { InterfaceIndex = -1 }), "*not -1*");
        Wrong(() => manager.AddEndpoint(null!), "*endpoint*");
        Wrong(() => manager.AddEndpoint(null!, Subflow), "*address*");
        Wrong(() => manager.RemoveEndpoint(0), "*from 1 to 255*");
        Wrong(() => manager.GetEndpoint(0), "*from 1 to 255*");
        Wrong(() => manager.SetLimits(new MptcpLimits(-1, 0)), "*limits*");
        manager.GetEndpoints().Should().BeEmpty();

        manager.AddEndpoint(s_address, Signal);
        Wrong(() => manager.SetEndpointFlags(1, Subflow), "*is Signal*can change only Backup, FullMesh, not Signal, Subflow*");
        Wrong(() => manager.SetEndpointFlags(1, Signal | FullMesh), "*not both*");
        manager.GetEndpoints().Should().ContainSingle().Which.Flags.Should().Be(Signal);
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task An_ignored_flag_is_reported() => Hosts.OnOneAsync(_ =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        if (MptcpCapabilities.Probe().KernelVersion < new Version(6, 18))
        {
            Action add = () => manager.AddEndpoint(s_address, Laminar);
            add.Should().Throw<MptcpNotSupportedException>().WithMessage("Cannot add the endpoint 10.9.8.7: *ignores the flag Laminar*6.18*").Which.Reason.Should().Be(MptcpUnavailableReason.KernelTooOld);
            manager.GetEndpoints().Should().BeEmpty();
        }
        else
        {
            manager.AddEndpoint(s_address, Laminar).Flags.Should().Be(Laminar);
        }
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_that_the_kernel_created_is_implicit()
    {
        using var hosts = new TwoHosts(null, null);
        using MptcpPathManager server = hosts.Server.Run(MptcpPathManager.Open), client = hosts.Client.Run(MptcpPathManager.Open);
        server.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Server), Signal);
        client.SetLimits(new MptcpLimits(2, 2));

        using Connection connection = await hosts.ConnectAsync(joined: 1, IPAddress.Any);

        MptcpEndpoint made = client.GetEndpoints().Should().ContainSingle().Which;
        made.Flags.Should().Be(Implicit);
        made.Address.Should().Be(hosts.SecondLink.GetAddress(hosts.Client));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_manager_belongs_to_the_namespace_in_which_it_was_opened()
    {
        using var hosts = TwoHosts.WithOneLink();
        using MptcpPathManager manager = hosts.Client.Run(MptcpPathManager.Open);
        string device = hosts.FirstLink.Name;

        MptcpEndpoint added = await Task.Run(() => manager.AddEndpoint(hosts.FirstLink.GetAddress(hosts.Client), Subflow, device));

        added.InterfaceName.Should().Be(device);
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().Contain($"dev {device}");
        hosts.Server.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public Task A_path_manager_can_be_used_by_several_threads() => Hosts.OnOneAsync(_ =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        Parallel.For(1, 9, i =>
        {
            for (int round = 0; round < 10; round++)
            {
                manager.AddEndpoint(new MptcpEndpoint(IPAddress.Parse($"10.0.0.{i}"), Subflow) { Id = (byte)i }).Id.Should().Be((byte)i);
                manager.GetEndpoints().Should().Contain(endpoint => endpoint.Id == i);
                manager.GetEndpoint((byte)i)!.Address.Should().Be(IPAddress.Parse($"10.0.0.{i}"));
                manager.RemoveEndpoint((byte)i);
            }
        });
        manager.GetEndpoints().Should().BeEmpty();
    });

    [Fact]
    public void A_disposed_path_manager_throws()
    {
        Needs.Mptcp();
        MptcpPathManager manager = MptcpPathManager.Open();
        manager.Dispose();
        manager.Dispose();

        manager.Invoking(m => m.GetLimits()).Should().Throw<ObjectDisposedException>();
    }

    static void Wrong(Action what, string message) => what.Should().Throw<ArgumentException>().WithMessage(message);

    static void Refusal(Action what, int errno, string? words, string request)
    {
        MptcpNetlinkException e = what.Should().Throw<MptcpNetlinkException>().Which;
        e.ErrorNumber.Should().Be(errno);
        e.Request.Should().Be(request);
        e.Message.Should().StartWith($"The kernel refuses to {request}: ").And.Contain(e.KernelMessage ?? " (E");
        if (words is not null)
            e.KernelMessage.Should().Match(words);
    }

    /// <summary>Returns the words of a line of ip(8), in alphabetical order.</summary>
    static IEnumerable<string> Words(string line) => Regex.Split(line.Trim(), @"\s+").Order(StringComparer.Ordinal);
}
