using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>AddMptcpConnectionFactory, towards a socket.</summary>
public class ConnectionFactoryTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_uses_MPTCP_carries_bytes_both_ways_and_tells_its_end()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await using ServiceProvider services = Provide();
        await using ConnectionContext connection = await ConnectAsync(services, listener.EndPoint());
        using (Socket peer = await listener.AcceptAsync())
        {
            await connection.Transport.Output.WriteAsync("hello"u8.ToArray());
            Encoding.ASCII.GetString(await peer.ReceiveExactlyAsync(5)).Should().Be("hello");
            await peer.SendAllAsync("world"u8.ToArray());
            ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(5);
            Encoding.ASCII.GetString(read.Buffer.ToArray()).Should().Be("world");
            connection.Transport.Input.AdvanceTo(read.Buffer.End);

            connection.GetMptcpState().Should().Be(MptcpState.Mptcp);
            connection.Features.Get<IConnectionSocketFeature>()!.Socket.NoDelay.Should().BeTrue("Kestrel sets it, too");
        }

        (await connection.Transport.Input.ReadAsync()).IsCompleted.Should().BeTrue("the peer has closed");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Aborting_a_connection_resets_it()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await using ServiceProvider services = Provide();
        await using ConnectionContext connection = await ConnectAsync(services, listener.EndPoint());
        using Socket peer = await listener.AcceptAsync();

        connection.Abort();

        (await peer.Awaiting(p => p.ReceiveAsync(new byte[1])).Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Options_of_the_container_apply_and_it_logs_where_the_container_logs()
    {
        Needs.Mptcp();
        using var logs = new CollectedLogs();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await using ServiceProvider services = Provide(s => s.AddSingleton<ILoggerFactory>(logs).Configure<MptcpConnectOptions>(o => o.Mode = MptcpMode.Disabled));

        await using ConnectionContext connection = await ConnectAsync(services, listener.EndPoint());

        connection.GetMptcpState().Should().Be(MptcpState.Tcp);
        logs.Entries.Should().Contain(entry => entry.Name == "Connected");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_last_of_two_calls_wins()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await using ServiceProvider services = Provide(s => s.AddMptcpConnectionFactory().AddMptcpConnectionFactory(new MptcpConnectOptions { Mode = MptcpMode.Disabled }));

        await using ConnectionContext connection = await ConnectAsync(services, listener.EndPoint());

        connection.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Fact]
    public async Task Other_end_points_are_refused_and_name_those_that_work()
    {
        await using ServiceProvider services = Provide();

        (await FluentActions.Awaiting(() => ConnectAsync(services, new UnixDomainSocketEndPoint("/nowhere")).AsTask())
            .Should().ThrowAsync<ArgumentException>()).WithMessage("*IPEndPoint*DnsEndPoint*");
    }

    static ServiceProvider Provide(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddMptcpConnectionFactory();
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    static ValueTask<ConnectionContext> ConnectAsync(ServiceProvider services, EndPoint endPoint) =>
        services.GetRequiredService<IConnectionFactory>().ConnectAsync(endPoint);
}
