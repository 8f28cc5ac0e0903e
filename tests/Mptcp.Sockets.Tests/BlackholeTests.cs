using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The memory of the whole process, so no other test runs beside these.</summary>
[Collection(Alone.Name)]
public sealed class BlackholeTests : IDisposable
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    static readonly IPEndPoint s_target = new(IPAddress.Parse("203.0.113.9"), 443); // a documentation address: RFC 5737

    public BlackholeTests() => MptcpBlackholes.Clear();

    public void Dispose() => MptcpBlackholes.Clear();

    [Fact]
    public void A_destination_is_kept_by_address_and_port()
    {
        BlackholeMemory.TryAdd(s_target, s_hour).Should().Be(new MptcpBlackhole(s_target, 1, s_hour));

        MptcpBlackholes.Contains(s_target).Should().BeTrue();
        MptcpBlackholes.Contains(new IPEndPoint(s_target.Address, 80)).Should().BeFalse();
        MptcpBlackholes.Contains(new IPEndPoint(s_target.Address.MapToIPv6(), s_target.Port)).Should().BeTrue("it is the same address");
        MptcpBlackholes.GetAll().Should().ContainSingle().Which.Occurrences.Should().Be(1);
    }

    [Fact]
    public void What_several_connects_find_out_at_once_counts_once()
    {
        BlackholeMemory.TryAdd(s_target, s_hour);

        BlackholeMemory.TryAdd(s_target, s_hour).Should().BeNull();

        MptcpBlackholes.GetAll().Single().Occurrences.Should().Be(1);
    }

    [Fact]
    public void Each_time_in_a_row_doubles_the_period_up_to_64_times()
    {
        foreach (int factor in new[] { 1, 2, 4, 8, 16, 32, 64, 64, 64 })
            BlackholeMemory.TryAdd(s_target, TimeSpan.FromTicks(1))!.RetryIn.Should().Be(TimeSpan.FromTicks(factor), "less than a millisecond is over at once");
    }

    [Fact]
    public void Forgotten_it_begins_anew()
    {
        BlackholeMemory.TryAdd(s_target, TimeSpan.FromTicks(1));
        BlackholeMemory.TryAdd(s_target, TimeSpan.FromTicks(1));

        BlackholeMemory.Forget(s_target);

        BlackholeMemory.TryAdd(s_target, s_hour)!.RetryIn.Should().Be(s_hour);
    }

    [Fact]
    public void Changing_an_end_point_changes_nothing_that_is_kept()
    {
        var target = new IPEndPoint(s_target.Address, 1);
        BlackholeMemory.TryAdd(target, s_hour)!.RemoteEndPoint.Port = 3;

        target.Port = 2;
        MptcpBlackholes.GetAll().Single().RemoteEndPoint.Port = 4;

        MptcpBlackholes.GetAll().Single().RemoteEndPoint.Port.Should().Be(1);
        MptcpBlackholes.Contains(new IPEndPoint(s_target.Address, 1)).Should().BeTrue();
    }

    [Fact]
    public void No_more_are_kept_than_promised_and_those_that_expire_first_go_first()
    {
        BlackholeMemory.TryAdd(s_target, TimeSpan.FromMinutes(1));
        for (int port = 1; port <= BlackholeMemory.Capacity; port++)
            BlackholeMemory.TryAdd(new IPEndPoint(IPAddress.Parse("203.0.113.10"), port), s_hour);

        MptcpBlackholes.GetAll().Should().HaveCount(BlackholeMemory.Capacity);
        MptcpBlackholes.Contains(s_target).Should().BeFalse();
        MptcpBlackholes.Contains(new IPEndPoint(IPAddress.Parse("203.0.113.10"), 1)).Should().BeTrue();
    }

    [Fact]
    public void An_attempt_that_was_answered_and_is_noticed_later_than_tcp_teaches_nothing()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var request = new OptionsRequest([listener.EndPoint()], new MptcpConnectOptions());
        var lost = new Attempt(0, listener.EndPoint(), wantsMptcp: true) { Socket = MptcpSocket.Connect(listener.EndPoint()) };
        using Socket tcp = MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        var winner = new Attempt(0, listener.EndPoint(), wantsMptcp: false) { Socket = tcp };

        Losers.Discard(request, [lost, winner], winner);

        MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse();
        lost.Socket.SafeHandle.IsClosed.Should().BeTrue();
        MptcpExplanation why = tcp.ExplainMptcp();
        why.Reason.Should().Be(MptcpReason.OvertakenByTcp);
        why.Text.Should().Contain("came later").And.NotContain("drop");
        why.RetryIn.Should().BeNull();
    }

    [Fact]
    public void An_attempt_that_was_refused_while_tcp_was_not_teaches_nothing_and_is_told()
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = MptcpMode.Disabled });
        var request = new OptionsRequest([listener.EndPoint()], new MptcpConnectOptions());
        using Socket refused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var lost = new Attempt(0, listener.EndPoint(), wantsMptcp: true) { Socket = refused, Error = new SocketException((int)SocketError.ConnectionRefused) };
        using Socket tcp = MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        var winner = new Attempt(0, listener.EndPoint(), wantsMptcp: false) { Socket = tcp };

        Losers.Discard(request, [lost, winner], winner);

        MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse();
        MptcpExplanation why = tcp.ExplainMptcp();
        why.Reason.Should().Be(MptcpReason.OvertakenByTcp);
        why.Text.Should().Contain("refused").And.NotContain("later");
        why.RetryIn.Should().BeNull();
    }
}
