using System.Diagnostics;
using System.Net.Sockets;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class LifetimeTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stopping_gateway_accepts_no_more_and_ends_with_the_last_connection(bool mptcp)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcp, mptcp, "--shutdownTimeoutSeconds=100000");
        Transfer transfer = Transfer.Start(relayed.Client, relayed.Server);
        await transfer.MovesOnAsync();

        await relayed.Gateway.TerminateAsync();
        await relayed.Gateway.LineAsync("Stopping, once 1 connections have ended.");
        await Eventually.TrueAsync(() => Peers.IsRefused(relayed.EndPoint), "new clients are refused");
        await transfer.MovesOnAsync();
        await transfer.EndAsync();
        relayed.Server.Shutdown(SocketShutdown.Send);

        (await relayed.Client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().BeEmpty();
        await relayed.Gateway.ShouldEndAsync();
        await relayed.Gateway.LineAsync(" connections, ");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_that_outlast_the_shutdown_timeout_are_reset(bool mptcp)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcp, mptcp, "--shutdownTimeoutSeconds=1");

        await relayed.Gateway.TerminateAsync();

        foreach (Socket socket in new[] { relayed.Client, relayed.Server })
        {
            (await FluentActions.Awaiting(() => socket.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        }

        await relayed.Gateway.ShouldEndAsync();
        await relayed.Gateway.LineAsync("Aborted after 0 bytes");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task More_connections_than_allowed_wait_until_others_have_ended()
    {
        await using Relayed first = await Relayed.StartAsync(settings: ["web:MaxConnections=1"]);
        using Socket second = await Relayed.ConnectAsync(first.EndPoint); // by the kernel
        await second.SendAllAsync("x"u8.ToArray());
        await first.Client.SendAllAsync("x"u8.ToArray());
        await first.Server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait);
        first.Listener.Poll(TimeSpan.FromSeconds(0.5), SelectMode.SelectRead).Should().BeFalse("there is room for one");

        first.Client.Dispose();
        first.Server.Dispose();

        using Socket server = await first.Listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        (await server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait)).Should().Equal((byte)'x');
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_waits_for_room_is_reset_at_shutdown(bool mptcp)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcp, mptcp, "web:MaxConnections=1", "--shutdownTimeoutSeconds=100000");
        int before = await CountSocketsAsync(relayed);
        using Socket waiting = await Relayed.ConnectAsync(relayed.EndPoint, mptcp);
        await Eventually.TrueAsync(() => CountSockets(relayed.Gateway) > before, "it is accepted, and waits for room");

        await relayed.Gateway.TerminateAsync();

        (await FluentActions.Awaiting(() => waiting.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_urgent_data_waits_for_room_is_served()
    {
        await using Relayed first = await Relayed.StartAsync(settings: ["web:MaxConnections=1"]);
        int before = await CountSocketsAsync(first);
        using Socket second = await Relayed.ConnectAsync(first.EndPoint);
        await second.SendAsync("xy"u8.ToArray(), SocketFlags.OutOfBand); // the last byte is urgent
        await Eventually.TrueAsync(() => CountSockets(first.Gateway) > before, "it is accepted, and waits for room");

        first.Client.Dispose();
        first.Server.Dispose();

        using Socket server = await first.Listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        (await server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait)).Should().Equal((byte)'x');
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_that_is_reset_while_it_waits_for_room_reaches_no_server()
    {
        await using Relayed first = await Relayed.StartAsync(settings: ["web:MaxConnections=1"]);
        int before = await CountSocketsAsync(first);
        Socket gone = await Relayed.ConnectAsync(first.EndPoint);
        await Eventually.TrueAsync(() => CountSockets(first.Gateway) > before, "it is accepted, and waits for room");
        using Socket third = await Relayed.ConnectAsync(first.EndPoint);
        await third.SendAllAsync("x"u8.ToArray());
        gone.Close(timeout: 0);

        first.Client.Dispose();
        first.Server.Dispose();

        using Socket server = await first.Listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        (await server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait)).Should().Equal((byte)'x');
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_place_of_a_connection_that_was_reset_unanswered_stays_taken_for_seconds_if_the_route_is_full()
    {
        await using Relayed first = await Relayed.StartAsync(settings: ["web:MaxConnections=1", "web:ConnectTimeout=00:05:00"]);
        using Socket second = await Relayed.ConnectAsync(first.EndPoint);

        long begun = Stopwatch.GetTimestamp();
        first.Client.Close(timeout: 0);
        using Socket server = await first.Listener.AcceptAsync().WaitAsync(Limit.OfAWait);

        Stopwatch.GetElapsedTime(begun).Should().BeGreaterThan(RouteListener.PauseAfterSilence - TimeSpan.FromMilliseconds(50), "a loop has to end faster than it grows");
    }

    /// <summary>Counts the gateway's sockets when it has connected.</summary>
    static async Task<int> CountSocketsAsync(Relayed relayed)
    {
        await relayed.Client.SendAllAsync("a"u8.ToArray());
        await relayed.Server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait);
        return CountSockets(relayed.Gateway);
    }

    static int CountSockets(GatewayProcess gateway) =>
        new DirectoryInfo($"/proc/{gateway.Id}/fd").EnumerateFiles().Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
