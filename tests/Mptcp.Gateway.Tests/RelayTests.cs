using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>Each side sees what the other side does: bytes, ends and resets.</summary>
public class RelayTests
{
    public static TheoryData<bool, bool> Protocols => new() { { false, true }, { true, false }, { true, true }, { false, false } };

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Protocols))]
    public async Task Every_byte_and_the_end_arrive_in_both_directions(bool mptcpClient, bool mptcpServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcpClient, mptcpServer);

        await Traffic.ExchangeAsync(relayed.Client, relayed.Server).WaitAsync(Limit.OfAWait);

        await relayed.Gateway.LineAsync(
            $"Completed after {Traffic.Plenty} bytes to the server, {Traffic.Plenty} to the client; client {State(mptcpClient)}, server {State(mptcpServer)}.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Protocols))]
    public async Task A_side_that_has_finished_is_still_answered(bool mptcpClient, bool mptcpServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcpClient, mptcpServer);
        (Socket client, Socket server) = (relayed.Client, relayed.Server);

        await client.SendToEndAsync("question"u8.ToArray());
        (await server.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Equal("question"u8.ToArray());
        await server.SendAllAsync("part of "u8.ToArray());
        (await client.ReceiveExactlyAsync(8).WaitAsync(Limit.OfAWait)).Should().Equal("part of "u8.ToArray());
        await server.SendToEndAsync("an answer"u8.ToArray());
        (await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Equal("an answer"u8.ToArray());

        await relayed.Gateway.LineAsync("Completed after 8 bytes to the server, 17 to the client");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_server_may_finish_first()
    {
        await using Relayed relayed = await Relayed.StartAsync();

        await relayed.Server.SendToEndAsync("that is all"u8.ToArray());
        (await relayed.Client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Equal("that is all"u8.ToArray());
        await relayed.Client.SendToEndAsync("thank you"u8.ToArray());

        (await relayed.Server.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Equal("thank you"u8.ToArray());
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Protocols))]
    public async Task A_reset_is_passed_on_to_the_server(bool mptcpClient, bool mptcpServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcpClient, mptcpServer);

        await ResetAsync(relayed.Client, relayed.Server);
        await relayed.Gateway.LineAsync("Reset after 1 bytes to the server, 0 to the client");
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Protocols))]
    public async Task A_reset_is_passed_on_to_the_client(bool mptcpClient, bool mptcpServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcpClient, mptcpServer);

        await ResetAsync(relayed.Server, relayed.Client);
        await relayed.Gateway.LineAsync("Reset after 0 bytes to the server, 1 to the client");
    }

    /// <summary>The kernel reports a reset to one call only: here, to the gateway's read or to its write.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Protocols))]
    public async Task A_reset_by_the_server_during_a_transfer_is_a_reset_for_the_client(bool mptcpClient, bool mptcpServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(mptcpClient, mptcpServer);
        byte[] bytes = new byte[200_000]; // the buffers of the client hold them
        for (int round = 0; round < 100; round++)
        {
            using Socket client = await Relayed.ConnectAsync(relayed.EndPoint, mptcpClient);
            Socket server = await relayed.Listener.AcceptAsync().WaitAsync(Limit.OfAWait);
            await client.SendAllAsync(bytes).WaitAsync(Limit.OfAWait);
            await server.ReceiveExactlyAsync(1 + round * 1000).WaitAsync(Limit.OfAWait); // so that each round resets at another moment
            Reset(server);

            await Resets.ShouldComeAsync(client);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_by_the_server_resets_the_client(bool mptcp)
    {
        Needs.Mptcp();
        IPEndPoint refusing = Peers.Refusing();
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync(
            $"web:Listen={Relayed.Protocol(mptcp)}@127.0.0.1:0", $"web:Connect=mptcp@{refusing}", $"web:ConnectTimeout={Limit.OfAWait}");
        await using (gateway)
        {
            await Resets.ShouldMeetAsync(endPoint, mptcp);
            (await gateway.LineAsync("warn:")).Should().Contain($"web: cannot connect to {refusing}: ").And.Contain("Connection refused");
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_timeout_of_the_server_resets_the_client()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync(
            "web:Listen=tcp@127.0.0.1:0", $"web:Connect=tcp@{silent.EndPoint}", "web:ConnectTimeout=00:00:00.3");
        await using (gateway)
        {
            await Resets.ShouldMeetAsync(endPoint);
            (await gateway.LineAsync("warn:")).Should().Contain($"cannot connect to {silent.EndPoint}: ").And.EndWith("timed out");
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_without_MPTCP_is_refused_if_MPTCP_is_required()
    {
        Needs.Mptcp();
        using Socket plain = Peers.ListenTcp();
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync(
            "web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{plain.EndPoint()}", "web:RequireMptcpPeer=true");
        await using (gateway)
        {
            await Resets.ShouldMeetAsync(endPoint);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Silence_ends_a_connection_after_the_idle_timeout_and_any_direction_breaks_it()
    {
        var timeout = TimeSpan.FromSeconds(5);
        await using Relayed relayed = await Relayed.StartAsync(mptcpServer: true, settings: [$"web:IdleTimeout={timeout}"]);
        int count = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < 1.2 * timeout; count++)
        {
            await relayed.Server.SendAllAsync("."u8.ToArray());
            await relayed.Client.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait);
            await Task.Delay(100);
        }

        await Resets.ShouldComeAsync(relayed.Client);
        await Resets.ShouldComeAsync(relayed.Server);
        await relayed.Gateway.LineAsync($"Idle after 0 bytes to the server, {count} to the client");
    }

    static async Task ResetAsync(Socket by, Socket other)
    {
        await by.SendAllAsync("x"u8.ToArray());
        await other.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait);

        Reset(by);

        await Resets.ShouldComeAsync(other);
    }

    static void Reset(Socket by)
    {
        by.LingerState = new LingerOption(true, 0);
        by.Dispose();
    }

    static MptcpState State(bool isMptcp) => isMptcp ? MptcpState.Mptcp : MptcpState.Tcp;
}
