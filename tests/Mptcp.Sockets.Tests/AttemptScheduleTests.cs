using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Tests;

/// <summary>When which attempt is due, by a clock that the test sets.</summary>
public sealed class AttemptScheduleTests : IDisposable
{
    static readonly IPEndPoint s_first = new(IPAddress.Parse("203.0.113.1"), 80); // documentation addresses: RFC 5737
    static readonly IPEndPoint s_second = new(IPAddress.Parse("203.0.113.2"), 80);
    static readonly IPEndPoint s_third = new(IPAddress.Parse("203.0.113.3"), 80);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public void Dispose() => _socket.Dispose();

    [Fact]
    public void Addresses_are_due_one_delay_after_the_other()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first, s_second, s_third);

        Take(schedule, 1000).Target.Should().Be(s_first);
        schedule.TakeDue(1249).Should().BeNull();
        schedule.NextDue.Should().Be(1250);
        Take(schedule, 1250).Target.Should().Be(s_second);
        Take(schedule, 1500).Target.Should().Be(s_third);
        schedule.IsExhausted.Should().BeFalse("three are pending");
    }

    [Fact]
    public void An_address_is_due_at_once_when_the_last_one_has_failed()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first, s_second, s_third);
        Attempt first = Take(schedule, 1000);

        Fail(schedule, first);

        Take(schedule, 1001).Target.Should().Be(s_second);
        schedule.TakeDue(1002).Should().BeNull("the second is pending");
    }

    [Fact]
    public void The_failure_of_an_earlier_address_changes_nothing()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first, s_second, s_third);
        Attempt first = Take(schedule, 1000);
        Take(schedule, 1250);

        Fail(schedule, first);

        schedule.TakeDue(1499).Should().BeNull();
        Take(schedule, 1500).Target.Should().Be(s_third);
    }

    [Fact]
    public void Tcp_joins_a_multipath_attempt_that_is_unanswered_once()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first);
        Attempt mptcp = Take(schedule, 1000);
        mptcp.WantsMptcp.Should().BeTrue();
        schedule.NextDue.Should().Be(2000);

        schedule.TakeDue(1999).Should().BeNull();
        Attempt tcp = Take(schedule, 2000, isMptcp: false);

        tcp.WantsMptcp.Should().BeFalse();
        tcp.Target.Should().Be(s_first);
        schedule.NextDue.Should().Be(long.MaxValue);
        schedule.TakeDue(100_000).Should().BeNull();
    }

    [Fact]
    public void Tcp_does_not_join_what_was_answered_or_is_tcp_already()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first, s_second);
        Fail(schedule, Take(schedule, 1000));

        Take(schedule, 1001, isMptcp: false).WantsMptcp.Should().BeTrue("it was wanted, and there was none");

        schedule.NextDue.Should().Be(long.MaxValue);
    }

    [Theory]
    [InlineData(MptcpMode.Required, false)]
    [InlineData(MptcpMode.Preferred, true)]
    public void Tcp_never_joins_where_multipath_tcp_is_required(MptcpMode mode, bool requirePeer)
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions { Mode = mode, RequireMptcpPeer = requirePeer }, s_first);

        Take(schedule, 1000);

        schedule.NextDue.Should().Be(long.MaxValue);
        schedule.TakeDue(long.MaxValue - 1).Should().BeNull();
    }

    [Fact]
    public void An_infinite_delay_waits_for_failure()
    {
        var options = new MptcpConnectOptions { ConnectionAttemptDelay = Timeout.InfiniteTimeSpan, TcpFallbackDelay = Timeout.InfiniteTimeSpan };
        AttemptSchedule schedule = Schedule(options, s_first, s_second);
        Attempt first = Take(schedule, 1000);

        schedule.TakeDue(long.MaxValue - 1).Should().BeNull();
        schedule.NextDue.Should().Be(long.MaxValue);
        Fail(schedule, first);

        Take(schedule, 1001).Target.Should().Be(s_second);
    }

    [Fact]
    public void Exhausted_it_names_every_attempt_in_the_order_of_addresses_with_the_last_ones_error()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions(), s_first, s_second);
        Attempt first = Take(schedule, 1000);
        Attempt second = Take(schedule, 1250);
        Attempt joined = Take(schedule, 2000, isMptcp: false);
        schedule.IsExhausted.Should().BeFalse();

        schedule.OnFailed(second, new SocketException((int)SocketError.ConnectionRefused));
        schedule.OnFailed(joined, new SocketException((int)SocketError.TimedOut));
        schedule.OnFailed(first, new SocketException((int)SocketError.HostUnreachable));

        schedule.IsExhausted.Should().BeTrue();
        var error = (MptcpConnectException)schedule.ToException();
        error.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
        error.Attempts.Select(a => (a.RemoteEndPoint, a.IsMptcp)).Should().Equal((s_first, true), (s_first, false), (s_second, true));
    }

    [Fact]
    public void Where_the_system_has_none_and_it_is_required_that_is_the_error()
    {
        AttemptSchedule schedule = Schedule(new MptcpConnectOptions { Mode = MptcpMode.Required }, s_first);
        Attempt attempt = schedule.TakeDue(1000)!;

        schedule.OnFailed(attempt, new MptcpNotSupportedException(MptcpUnavailableReason.NotLinux, "not here"));

        schedule.ToException().Should().BeOfType<MptcpNotSupportedException>();
    }

    [Theory]
    [InlineData("a4 b4 c4", "a4 b4 c4")]
    [InlineData("a6 b6 c4 d4", "a6 c4 b6 d4")]
    [InlineData("a4 b6", "a4 b6")]
    [InlineData("a4 b4 c4 d6", "a4 d6 b4 c4")]
    [InlineData("a6 b4 c4 d4", "a6 b4 c4 d4")]
    [InlineData("a6", "a6")]
    public void Families_take_turns_in_the_order_that_the_system_gave(string given, string expected)
    {
        IPEndPoint[] order = Addresses.Interleave([.. given.Split(' ').Select(name => new IPEndPoint(Address(name), 80))]);

        order.Select(target => target.Address).Should().Equal(expected.Split(' ').Select(Address));

        static IPAddress Address(string name) => IPAddress.Parse(name[1] == '4' ? $"203.0.113.{(int)name[0]}" : $"2001:db8::{(int)name[0]}");
    }

    static AttemptSchedule Schedule(MptcpConnectOptions options, params IPEndPoint[] targets) => new(new OptionsRequest(targets, options));

    Attempt Take(AttemptSchedule schedule, long now, bool isMptcp = true)
    {
        Attempt? attempt = schedule.TakeDue(now);
        attempt.Should().NotBeNull();
        if (!isMptcp)
            attempt!.Refusal = new Refusal(MptcpUnavailableReason.DisabledBySysctl);

        schedule.OnConnecting(attempt!, _socket, now);
        return attempt!;
    }

    static void Fail(AttemptSchedule schedule, Attempt attempt) => schedule.OnFailed(attempt, new SocketException((int)SocketError.ConnectionRefused));
}
