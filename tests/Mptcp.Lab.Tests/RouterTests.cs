using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class RouterTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Hosts_reach_each_other_through_a_chain_of_routers(AddressFamily family)
    {
        Needs.Lab();
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabRouter first = network.AddRouter("first"), second = network.AddRouter("second"), third = network.AddRouter("third");
        LabLink a = network.AddLink("a", client, first);
        network.AddLink("b", first, second);
        network.AddLink("c", second, third);
        LabLink d = network.AddLink("d", third, server);

        await ConnectAsync(client, server, d.GetAddress(server, family), a.GetAddress(client, family));
        client.Execute("ping", "-n", "-c", "1", "-W", "10", $"{d.GetAddress(server, family)}").Should().Contain("ttl=61", "three routers have counted it down from 64");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_can_be_dead_behind_the_first_hop_while_the_link_of_the_client_is_up()
    {
        using Routed lab = new();

        using (lab.Far.Down())
        {
            lab.Client.Execute("ip", "-oneline", "link", "show", "dev", "near").Should().Contain("state UP");
            lab.Client.Execute("ip", "route", "show", "default").Should().Contain("dev near");
            Ping(lab.Client, lab.Far.GetAddress(lab.Server)).Should().Throw<LabException>();
        }

        await ConnectAsync(lab.Client, lab.Server, lab.Far.GetAddress(lab.Server), lab.Near.GetAddress(lab.Client));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_host_without_a_router_in_between_does_not_forward()
    {
        Needs.Lab();
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), between = network.AddHost("between"), server = network.AddHost("server");
        network.AddLink("near", client, between);
        LabLink far = network.AddLink("far", between, server);

        Ping(client, far.GetAddress(server)).Should().Throw<LabException>();
        await Labs.EchoesAsync(far, AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_router_with_NAT_uses_its_own_address_and_drops_unsolicited_packets()
    {
        Needs.LabFaults();
        using Routed lab = new();
        lab.Router.EnableNat(lab.Far);

        await ConnectAsync(lab.Client, lab.Server, lab.Far.GetAddress(lab.Server), lab.Far.GetAddress(lab.Router));
        Ping(lab.Client, lab.Far.GetAddress(lab.Server)).Should().NotThrow();
        Ping(lab.Server, lab.Near.GetAddress(lab.Client)).Should().Throw<LabException>();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_NAT_that_forgot_its_connections_sends_from_another_port()
    {
        Needs.LabFaults();
        using Routed lab = new();
        lab.Router.EnableNat(lab.Far);
        using Socket server = lab.Server.Datagrams(lab.Far.GetAddress(lab.Server)), client = lab.Client.Datagrams(lab.Near.GetAddress(lab.Client));
        IPEndPoint first = await SendAsync(), again = await SendAsync();
        again.Should().Be(first);

        lab.Router.ForgetNatConnections();

        await server.SendToAsync(new byte[] { 1 }, first); // to the previous port of the client
        IPEndPoint moved = await SendAsync();
        moved.Address.Should().Be(first.Address);
        moved.Port.Should().NotBe(first.Port);
        await server.SendToAsync(new byte[] { 2 }, moved);
        byte[] answer = new byte[1];
        await client.ReceiveAsync(answer).WaitAsync(Limit.OfAWait);
        answer.Should().Equal([2], "what was sent to the old port is lost");

        async Task<IPEndPoint> SendAsync()
        {
            await client.SendToAsync(new byte[] { 0 }, server.LocalEndPoint!);
            SocketReceiveFromResult received = await server.ReceiveFromAsync(new byte[1], new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Limit.OfAWait);
            return (IPEndPoint)received.RemoteEndPoint;
        }
    }

    [Fact]
    public void NAT_on_a_link_without_the_router_is_refused_and_named()
    {
        Needs.LabFaults();
        using Routed lab = new();

        FluentActions.Invoking(lab.Router.ForgetNatConnections).Should().Throw<InvalidOperationException>().WithMessage("*'router'*EnableNat*");
        FluentActions.Invoking(() => lab.Router.EnableNat(null!)).Should().Throw<ArgumentNullException>();
        LabLink elsewhere = lab.Network.AddLink("elsewhere", lab.Client, lab.Server);
        FluentActions.Invoking(() => lab.Router.EnableNat(elsewhere)).Should().Throw<ArgumentException>().WithMessage("*'router' is not on link 'elsewhere'*");
    }

    static Action Ping(LabHost from, IPAddress to) => () => from.Execute("ping", "-n", "-c", "1", "-W", "1", $"{to}");

    static async Task ConnectAsync(LabHost client, LabHost server, IPAddress to, IPAddress seenFrom)
    {
        using Socket listener = server.Listen(to);
        using Socket socket = await client.ConnectAsync(listener.EndPoint());
        using Socket accepted = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        ((IPEndPoint)accepted.RemoteEndPoint!).Address.Should().Be(seenFrom);
        await Labs.TransferAsync(socket, accepted, 100_000);
        await Labs.TransferAsync(accepted, socket, 100_000);
    }

    /// <summary>A client, a router, a server.</summary>
    sealed class Routed : IDisposable
    {
        internal Routed()
        {
            Needs.Lab();
            Network = new LabNetwork();
            Client = Network.AddHost("client");
            Router = Network.AddRouter("router");
            Server = Network.AddHost("server");
            Near = Network.AddLink("near", Client, Router);
            Far = Network.AddLink("far", Router, Server);
        }

        internal LabNetwork Network { get; }

        internal LabHost Client { get; }

        internal LabRouter Router { get; }

        internal LabHost Server { get; }

        internal LabLink Near { get; }

        internal LabLink Far { get; }

        public void Dispose() => Network.Dispose();
    }
}
