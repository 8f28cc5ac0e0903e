using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>Cases of the kernel's own selftests, tools/testing/selftests/net/mptcp/userspace_pm.sh and mptcp_join.sh.</summary>
public class UserspacePathManagerTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_opens_no_subflow_by_itself()
    {
        using var hosts = InUserSpace();
        using MptcpPathManager client = hosts.Client.Run(MptcpPathManager.Open), server = hosts.Server.Run(MptcpPathManager.Open);
        client.SetLimits(new MptcpLimits(8, 8));
        client.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Client), MptcpEndpointFlags.Subflow);
        server.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Server), MptcpEndpointFlags.Signal);

        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        await connection.ExchangeAsync(100_000, 100_000);

        connection.Client.GetMptcpInfo().ExtraSubflows.Should().Be(0);
        hosts.Server.Read("MPJoinSynRx").Should().Be(0);
        hosts.Client.Read("AddAddr").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_subflow_is_opened_made_a_backup_and_closed()
    {
        using var hosts = InUserSpace();
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        uint token = connection.Client.GetMptcpInfo().Token, peerToken = connection.Server.GetMptcpInfo().Token;
        IPAddress local = hosts.SecondLink.GetAddress(hosts.Client);
        var remote = new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), connection.Listener.Port());

        manager.CreateSubflow(token, addressId: 5, local, remote);
        MptcpSubflowEstablished opened = await atClient.FindAsync<MptcpSubflowEstablished>();
        opened.Should().Be(new MptcpSubflowEstablished(token, new IPEndPoint(local, opened.LocalEndPoint.Port), remote)
        {
            LocalAddressId = 5,
            RemoteAddressId = opened.RemoteAddressId, // the peer's choice
        });
        (await atServer.FindAsync<MptcpSubflowEstablished>()).Should().Be(new MptcpSubflowEstablished(peerToken, remote, opened.LocalEndPoint)
        {
            LocalAddressId = opened.RemoteAddressId,
            RemoteAddressId = 5,
        });

        manager.SetBackup(token, opened.LocalEndPoint, remote, isBackup: true);
        (await atServer.FindAsync<MptcpSubflowPriorityChanged>()).IsBackup.Should().BeTrue();
        hosts.Client.Run(() => MptcpConnections.Find(token))!.Subflows.Should().ContainSingle(s => s.IsBackup && s.LocalAddressId == 5);
        manager.SetBackup(token, opened.LocalEndPoint, remote, isBackup: false);
        await atServer.FindAsync<MptcpSubflowPriorityChanged>(e => !e.IsBackup);

        manager.DestroySubflow(token, opened.LocalEndPoint, remote);
        (await atServer.FindAsync<MptcpSubflowClosed>()).RemoteEndPoint.Should().Be(opened.LocalEndPoint);
        await Eventually.TrueAsync(() => connection.Client.GetMptcpInfo().ExtraSubflows == 0, "the client has only one subflow");
        connection.ShouldBothBe(MptcpState.Mptcp);
        await Traffic.ExchangeAsync(connection.Client, connection.Server);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_subflow_is_a_backup_from_the_beginning()
    {
        if (MptcpCapabilities.Probe().KernelVersion < new Version(6, 12))
            Needs.KernelLacks("that opens backups in the name of a path manager in user space (6.1 does not).");

        using var hosts = InUserSpace();
        await using EventLog atServer = EventLog.Open(hosts.Server);
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);

        manager.CreateSubflow(
            connection.Client.GetMptcpInfo().Token, 5, hosts.SecondLink.GetAddress(hosts.Client),
            new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), connection.Listener.Port()), isBackup: true);

        (await atServer.FindAsync<MptcpSubflowEstablished>()).IsBackup.Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_subflow_uses_the_requested_interface()
    {
        if (MptcpCapabilities.Probe().KernelVersion < new Version(6, 14))
            Needs.KernelLacks("that binds subflows to the interface that a path manager in user space names: Linux 6.14.");

        using var hosts = InUserSpace();
        await using EventLog atServer = EventLog.Open(hosts.Server);
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        uint token = connection.Client.GetMptcpInfo().Token;
        IPEndPoint local = (IPEndPoint)connection.Client.LocalEndPoint!, remote = (IPEndPoint)connection.Client.RemoteEndPoint!;
        int second = int.Parse(hosts.Client.Execute("ip", "-oneline", "link", "show", hosts.SecondLink.Name).Split(':')[0], CultureInfo.InvariantCulture);

        // The server's first address is on the first link, and so is its route.
        manager.CreateSubflow(token, 5, hosts.SecondLink.GetAddress(hosts.Client), remote, second);
        await atServer.FindAsync<MptcpSubflowEstablished>();
        manager.DestroySubflow(token, local, remote);
        await atServer.FindAsync<MptcpSubflowClosed>();
        long before = hosts.SecondLink.ReadBytesSent(hosts.Client);
        const int bytes = 1 << 20;
        await connection.ExchangeAsync(bytes, bytes);

        (hosts.SecondLink.ReadBytesSent(hosts.Client) - before).Should().BeGreaterThan(bytes);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_address_is_announced_and_withdrawn()
    {
        using var hosts = InUserSpace();
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        using MptcpUserspacePathManager client = hosts.Client.Run(MptcpUserspacePathManager.Open), server = hosts.Server.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        uint token = connection.Client.GetMptcpInfo().Token, peerToken = connection.Server.GetMptcpInfo().Token;
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Server);

        server.Announce(peerToken, addressId: 9, address);
        MptcpAddressAnnounced announced = await atClient.FindAsync<MptcpAddressAnnounced>();
        announced.Should().Be(new MptcpAddressAnnounced(token, 9, new IPEndPoint(address, connection.Listener.Port())));
        client.CreateSubflow(token, 5, hosts.SecondLink.GetAddress(hosts.Client), announced.RemoteEndPoint);
        await atServer.FindAsync<MptcpSubflowEstablished>();

        // Until the client has echoed the announcement, the kernel drops other messages about addresses.
        await Eventually.TrueAsync(() => hosts.Server.Read("EchoAdd") == 1, "the announcement is acknowledged");
        client.Withdraw(token, 5);
        (await atServer.FindAsync<MptcpAddressRemoved>()).Should().Be(new MptcpAddressRemoved(peerToken, 5));
        await atClient.FindAsync<MptcpSubflowClosed>();
        server.Withdraw(peerToken, 9);
        (await atClient.FindAsync<MptcpAddressRemoved>()).Should().Be(new MptcpAddressRemoved(token, 9));
        await Traffic.ExchangeAsync(connection.Client, connection.Server);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_outlives_the_subflow_that_it_began_with(bool isDualMode)
    {
        using var hosts = InUserSpace();
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Socket listener = hosts.Listen(IPAddress.Any);
        var server = new IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server), listener.Port());
        using Socket client = hosts.Client.Run(() => isDualMode ? MptcpSocket.Create() : MptcpSocket.Create(AddressFamily.InterNetwork));
        client.Connect(server);
        using Socket accepted = listener.Accept();
        using var connection = new Connection(listener, client, accepted);
        await connection.ExchangeAsync(1000, 1000);
        uint token = client.GetMptcpInfo().Token;
        EndPoint local = client.LocalEndPoint!, remote = client.RemoteEndPoint!;

        manager.CreateSubflow(token, 5, hosts.SecondLink.GetAddress(hosts.Client), new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), listener.Port()));
        await atServer.FindAsync<MptcpSubflowEstablished>();
        await connection.ExchangeAsync(1000, 1000);
        MptcpConnectionSubflow first = hosts.Client.Run(() => MptcpConnections.Find(token))!.Subflows!.Single(subflow => subflow.LocalAddressId == 0);
        manager.DestroySubflow(token, first.LocalEndPoint, first.RemoteEndPoint);

        (await atClient.FindAsync<MptcpSubflowClosed>()).LocalAddressId.Should().Be(0);
        await Eventually.TrueAsync(() => hosts.Client.Run(() => MptcpConnections.Find(token))!.Subflows!.Count == 1, "one is left");
        MptcpInfo info = client.GetMptcpInfo();
        info.ExtraSubflows.Should().Be(1);
        (info.TotalSubflows ?? 1).Should().Be(1);
        client.RemoteEndPoint.Should().Be(remote);
        client.LocalEndPoint.Should().Be(local);
        await Traffic.ExchangeAsync(client, accepted);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_refusal_contains_the_kernels_own_message()
    {
        using var hosts = InUserSpace();
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        uint token = connection.Client.GetMptcpInfo().Token;
        IPAddress local = hosts.SecondLink.GetAddress(hosts.Client), nowhere = IPAddress.Parse("10.255.255.1");
        var remote = new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), 80);

        Refusal(() => manager.Announce(token + 1, 1, local), 22, "invalid token");
        Refusal(() => manager.Withdraw(token + 1, 1), 22, "invalid token");
        Refusal(() => manager.CreateSubflow(token + 1, 1, local, remote), 22, "invalid token");
        Refusal(() => manager.DestroySubflow(token + 1, new IPEndPoint(local, 1), remote), 22, "invalid token");
        Refusal(() => manager.SetBackup(token + 1, new IPEndPoint(local, 1), remote, true), 22, null);
        Refusal(() => manager.CreateSubflow(token, 1, nowhere, remote), 99, null);
        Refusal(() => manager.DestroySubflow(token, new IPEndPoint(local, 1), remote), 3, null);
        Refusal(() => manager.Withdraw(token, 77), 22, null);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Changes_of_a_connection_that_the_kernel_manages_are_refused()
    {
        using var hosts = TwoHosts.WithOneLink();
        using MptcpUserspacePathManager manager = hosts.Client.Run(MptcpUserspacePathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0);

        Refusal(() => manager.Withdraw(connection.Client.GetMptcpInfo().Token, 1), 22, "*userspace PM not selected*");
    }

    [Fact]
    public void Invalid_input_is_refused_before_the_kernel_is_asked()
    {
        Needs.Mptcp();
        using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        IPEndPoint end = new(IPAddress.Loopback, 80), end6 = new(IPAddress.IPv6Loopback, 80), noPort = new(IPAddress.Loopback, 0);

        Wrong(() => manager.Announce(1, 0, IPAddress.Loopback), "*from 1 to 255*");
        Wrong(() => manager.Announce(1, 1, IPAddress.Any), "*means any address*");
        Wrong(() => manager.Announce(1, 1, IPAddress.Loopback, port: 70_000), "*65535*");
        Wrong(() => manager.CreateSubflow(1, 0, IPAddress.Loopback, end), "*from 1 to 255*");
        Wrong(() => manager.CreateSubflow(1, 1, IPAddress.IPv6Loopback, end), "*same family*");
        Wrong(() => manager.CreateSubflow(1, 1, IPAddress.Loopback, noPort), "*from 1 to 65535*");
        Wrong(() => manager.DestroySubflow(1, end, end6), "*same family*");
        Wrong(() => manager.SetBackup(1, end, null!, true), "*remoteEndPoint*");
    }

    static TwoHosts InUserSpace()
    {
        var hosts = new TwoHosts(null, null);
        hosts.Client.SetSysctl("net.mptcp.pm_type", "1");
        hosts.Server.SetSysctl("net.mptcp.pm_type", "1");
        return hosts;
    }

    static void Wrong(Action what, string message) => what.Should().Throw<ArgumentException>().WithMessage(message);

    static void Refusal(Action what, int errno, string? words)
    {
        MptcpNetlinkException e = what.Should().Throw<MptcpNetlinkException>().Which;
        e.ErrorNumber.Should().Be(errno, e.Message);
        if (words is not null)
            e.KernelMessage.Should().Match(words);
    }
}
