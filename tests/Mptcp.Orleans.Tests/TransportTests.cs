using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans.Tests;

public class TransportTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_silos_and_a_client_use_MPTCP_at_every_end()
    {
        Needs.Mptcp();
        await using var cluster = new Cluster();
        await cluster.StartSiloAsync(silo => silo.UseMptcp());
        await cluster.StartSiloAsync(silo => silo.UseMptcp());
        IClusterClient client = await cluster.StartClientAsync(c => c.UseMptcp());

        await Cluster.CallAsync(client);

        cluster.Connections.Select(connection => connection.End).Distinct().Should().BeEquivalentTo("silo, inbound", "silo, outbound", "gateway", "client");
        cluster.Connections.Should().OnlyContain(connection => connection.State == MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_cluster_goes_on_when_one_of_its_silos_is_replaced()
    {
        Needs.Mptcp();
        await using var cluster = new Cluster();
        IHost first = await cluster.StartSiloAsync(silo => silo.UseMptcp());
        IHost second = await cluster.StartSiloAsync(silo => silo.UseMptcp());
        IGrainFactory grains = first.Services.GetRequiredService<IGrainFactory>();
        await Cluster.CallAsync(grains);

        await second.StopAsync();
        await cluster.StartSiloAsync(silo => silo.UseMptcp());

        await Cluster.CallAsync(grains);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_silo_and_a_client_without_MPTCP_join_a_cluster_with_MPTCP()
    {
        Needs.Mptcp();
        await using var cluster = new Cluster();
        await cluster.StartSiloAsync(silo => silo.UseMptcp());
        await cluster.StartSiloAsync(_ => { });
        IClusterClient client = await cluster.StartClientAsync(_ => { });

        await Cluster.CallAsync(client);

        cluster.Connections.Should().NotBeEmpty().And.OnlyContain(connection => connection.State != MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_socket_options_of_Orleans_apply()
    {
        Needs.Mptcp();
        await using var cluster = new Cluster();
        await cluster.StartSiloAsync(silo => silo.UseMptcp().Configure<SocketConnectionOptions>(options =>
        {
            options.NoDelay = true;
            options.KeepAlive = true;
            options.KeepAliveTimeSeconds = 71;
        }));
        await Cluster.CallAsync(await cluster.StartClientAsync(client => client.UseMptcp()));

        cluster.Connections.Where(connection => connection.End == "gateway").Should().NotBeEmpty().And.OnlyContain(connection => connection.NoDelay && connection.KeepAliveTime == 71);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_last_of_two_calls_applies()
    {
        Needs.Mptcp();
        await using var cluster = new Cluster();
        await cluster.StartSiloAsync(silo => silo.UseMptcp().UseMptcp());

        await Cluster.CallAsync(await cluster.StartClientAsync(client => client.UseMptcp().UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Disabled })));

        cluster.Connections.Should().NotBeEmpty().And.OnlyContain(connection => connection.State == MptcpState.Tcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Closing_one_end_is_reported_to_the_other_without_a_reset()
    {
        Needs.Mptcp();
        var listeners = new ListenerFactory(MptcpMode.Required, new SocketConnectionOptions(), NullLogger.Instance);
        await using IConnectionListener listener = await listeners.BindAsync(Peers.AnyPort(AddressFamily.InterNetwork));
        await using ConnectionContext client = await new ConnectionFactory(MptcpConnector.Default, new SocketConnectionOptions()).ConnectAsync(listener.EndPoint);
        await using ConnectionContext server = (await listener.AcceptAsync())!;
        await client.Transport.Output.WriteAsync("last words"u8.ToArray());

        client.Abort();

        ReadResult words = await server.Transport.Input.ReadAtLeastAsync(10);
        words.Buffer.Length.Should().Be(10);
        server.Transport.Input.AdvanceTo(words.Buffer.End);
        (await server.Transport.Input.ReadAsync()).IsCompleted.Should().BeTrue("the other end hears of it, and of no reset");
        client.ConnectionClosed.WaitHandle.WaitOne(Limit.OfAWait).Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Unbinding_ends_a_pending_accept()
    {
        var listeners = new ListenerFactory(MptcpMode.Preferred, new SocketConnectionOptions(), NullLogger.Instance);
        await using IConnectionListener listener = await listeners.BindAsync(Peers.AnyPort(AddressFamily.InterNetwork));
        ValueTask<ConnectionContext?> accept = listener.AcceptAsync();

        await listener.UnbindAsync();

        (await accept).Should().BeNull();
    }

    [Fact]
    public async Task An_address_in_use_is_refused_and_names_the_option()
    {
        using Socket other = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var listeners = new ListenerFactory(MptcpMode.Preferred, new SocketConnectionOptions(), NullLogger.Instance);

        (await FluentActions.Awaiting(() => listeners.BindAsync(other.EndPoint()).AsTask()).Should().ThrowAsync<AddressInUseException>())
            .WithMessage($"*{other.EndPoint()}*EndpointOptions*");
    }

    [Fact]
    public void Another_transport_is_refused_and_names_the_version()
    {
        var services = new ServiceCollection();

        FluentActions.Invoking(() => Transport.Replace(services, options: null, hasListeners: true)).Should().Throw<NotSupportedException>().WithMessage("*Orleans 10.*IConnectionFactory*");
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused_at_the_call()
    {
        var builder = Host.CreateApplicationBuilder();

        FluentActions.Invoking(() => builder.UseOrleansClient(client => client.UseMptcp(new MptcpConnectOptions { RequireMptcpPeer = true, Mode = MptcpMode.Disabled })))
            .Should().Throw<ArgumentException>();
    }
}
