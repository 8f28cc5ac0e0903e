using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests;

/// <summary>What a connect does next, by a clock that the test sets.</summary>
public sealed class ConnectScheduleTests : IDisposable
{
    const long RoundTrip = 60, Patience = RoundTrip + RoundTrip / 2; // a handshake's time, and half as much again
    const long Begin = 1000, Delay = 250, Late = Begin + Delay;

    static readonly IPEndPoint s_first = new(IPAddress.Parse("203.0.113.1"), 80); // documentation addresses: RFC 5737
    static readonly IPEndPoint s_second = new(IPAddress.Parse("203.0.113.2"), 80);
    static readonly IPEndPoint s_third = new(IPAddress.Parse("203.0.113.3"), 80);
    static readonly LocalPath s_lte = new("wwan0");
    static readonly LocalPath s_backup = new("wwan1", IsBackup: true);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly BlackholeMemory _memory = new(TimeProvider.System);
    readonly HashSet<Attempt> _answered = [];

    public void Dispose() => _socket.Dispose();

    [Fact]
    public void Addresses_start_one_delay_after_the_other()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Disabled, [], s_first, s_second, s_third);

        Start(schedule, Begin).Target.Should().Be(s_first);
        schedule.Next(Begin + Delay - 1).Should().Be(new ConnectStep(ConnectStepKind.Wait, Due: Begin + Delay));
        Start(schedule, Begin + Delay).Target.Should().Be(s_second);
        Start(schedule, Begin + 2 * Delay).Target.Should().Be(s_third);
        ShouldWait(schedule, 100_000);
    }

    [Fact]
    public void The_next_address_starts_at_once_when_the_last_one_has_failed()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Disabled, [], s_first, s_second, s_third);

        schedule.OnFailed(Start(schedule, Begin), Refused());

        Start(schedule, Begin + 1).Target.Should().Be(s_second);
        ShouldWait(schedule, Begin + 2);
    }

    [Fact]
    public void The_failure_of_an_earlier_address_changes_nothing()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Disabled, [], s_first, s_second, s_third);
        Attempt first = Start(schedule, Begin);
        Start(schedule, Begin + Delay);

        schedule.OnFailed(first, Refused());

        ShouldWait(schedule, Begin + 2 * Delay - 1);
        Start(schedule, Begin + 2 * Delay).Target.Should().Be(s_third);
    }

    [Fact]
    public void A_late_attempt_is_joined_once_by_a_second_SYN_and_by_TCP()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin).WantsMptcp.Should().BeTrue();
        ShouldWait(schedule, Late - 1);

        ShouldBe(Start(schedule, Late), s_first, LocalPath.Default, wantsMptcp: true);
        ShouldBe(Start(schedule, Late), s_first, LocalPath.Default, wantsMptcp: false);

        for (long now = Late; now < Begin + ConnectSchedule.GiveUpAfter; now += 100)
            ShouldWait(schedule, now);
    }

    [Fact]
    public void A_slow_network_is_MPTCP_and_nothing_speaks_against_it()
    {
        const long slow = 600;
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Attempt first = Start(schedule, Begin);
        Start(schedule, Late);
        Start(schedule, Late);

        schedule.OnConnected(first, default, Begin + slow);

        ShouldWin(schedule, first, Begin + slow);
        schedule.Started.Should().HaveCount(3, "two SYNs are enough to find out");
        schedule.Unanswered.Should().BeNull();
    }

    [Fact]
    public void One_lost_SYN_does_not_cost_MPTCP_where_TCP_is_answered_first()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Attempt second = Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Start(schedule, Late + RoundTrip);
        schedule.OnConnected(second, default, Late + RoundTrip + 2);

        ShouldWin(schedule, second, Late + RoundTrip + 2);
        schedule.Unanswered.Should().BeNull();
    }

    [Fact]
    public void Two_lost_SYNs_do_not_cost_MPTCP_either()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Attempt third = Start(schedule, Late + RoundTrip);
        schedule.OnConnected(third, default, Late + 2 * RoundTrip);

        ShouldWin(schedule, third, Late + 2 * RoundTrip);
    }

    [Fact]
    public void Three_lost_SYNs_and_an_answered_TCP_SYN_are_evidence()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Attempt third = Start(schedule, Late + RoundTrip);

        schedule.Next(Late + RoundTrip).Should().Be(new ConnectStep(ConnectStepKind.Wait, Due: Late + RoundTrip + Patience));
        ShouldWin(schedule, tcp, Late + RoundTrip + Patience);
        schedule.Unanswered.Should().BeSameAs(third);
    }

    [Fact]
    public void A_TCP_SYN_that_was_sent_twice_is_no_evidence_and_MPTCP_is_tried_once_more()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: true), Late + 1000);
        Attempt third = Start(schedule, Late + 1000);

        ShouldBe(third, s_first, LocalPath.Default, wantsMptcp: true);
        ShouldWait(schedule, Late + 1249);
        ShouldWin(schedule, tcp, Late + 1250);
        schedule.Unanswered.Should().BeNull("the network was bad for TCP, too");
    }

    [Fact]
    public void The_last_SYN_before_TCP_may_win_is_sent_on_TCPs_own_path()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [s_lte], s_first);
        Start(schedule, Begin);
        ShouldBe(Start(schedule, Late), s_first, s_lte, wantsMptcp: true);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Attempt confirming = Start(schedule, Late + RoundTrip);
        ShouldBe(confirming, s_first, LocalPath.Default, wantsMptcp: true);

        schedule.OnConnected(confirming, default, Late + 2 * RoundTrip);
        ShouldWin(schedule, confirming, Late + 2 * RoundTrip);
    }

    [Fact]
    public void TCP_wins_also_if_the_last_SYN_cannot_be_sent()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);

        schedule.OnFailed(schedule.Next(Late + RoundTrip).Attempt!, new SocketException((int)SocketError.TooManyOpenSockets));

        ShouldWait(schedule, Late + RoundTrip + Patience - 1);
        ShouldWin(schedule, tcp, Late + RoundTrip + Patience);
    }

    [Fact]
    public void TCP_that_has_connected_wins_when_the_time_is_up()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromMilliseconds(Delay + RoundTrip + 1) }, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Start(schedule, Late + RoundTrip);

        ShouldWin(schedule, tcp, Late + RoundTrip + 1);
        schedule.Unanswered.Should().NotBeNull("the next connect tries both at once");
    }

    [Fact]
    public void TCP_does_not_win_over_an_answer_that_waits_in_the_kernel()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        Attempt tcp = Start(schedule, Late);
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Late + RoundTrip);
        Attempt last = Start(schedule, Late + RoundTrip);

        _answered.Add(last);
        ShouldWait(schedule, 100_000); // the process was stopped for long
        schedule.OnConnected(last, default, 100_001);

        ShouldWin(schedule, last, 100_001);
    }

    [Fact]
    public void Without_any_time_a_connect_times_out()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.Zero }, [], s_first);

        schedule.Next(Begin).Kind.Should().Be(ConnectStepKind.Fail);

        schedule.ToException().SocketErrorCode.Should().Be(SocketError.TimedOut);
    }

    [Fact]
    public void Paths_are_tried_in_turn_then_the_first_again_and_backups_last()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Required, [s_backup, s_lte], s_first);

        Start(schedule, Begin).Path.Should().Be(LocalPath.Default);
        Start(schedule, Late).Path.Should().Be(s_lte);
        Start(schedule, Late + Delay).Path.Should().Be(LocalPath.Default);
        ShouldWait(schedule, Begin + ConnectSchedule.BackupDelay - 1);
        Start(schedule, Begin + ConnectSchedule.BackupDelay).Path.Should().Be(s_backup);
        ShouldWait(schedule, 100_000);
    }

    [Fact]
    public void TCP_joins_on_each_path_that_is_late()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [s_lte], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);
        ShouldBe(Start(schedule, Late), s_first, LocalPath.Default, wantsMptcp: false);

        ShouldBe(Start(schedule, Late + Delay), s_first, LocalPath.Default, wantsMptcp: true);
        ShouldBe(Start(schedule, Late + Delay), s_first, s_lte, wantsMptcp: false);
    }

    [Fact]
    public void An_unreachable_network_leads_to_the_next_path_at_once()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [s_lte], s_first);

        schedule.OnFailed(Start(schedule, Begin), new SocketException((int)SocketError.NetworkUnreachable));

        ShouldBe(Start(schedule, Begin), s_first, s_lte, wantsMptcp: true);
    }

    [Theory]
    [InlineData(MptcpMode.Required)]
    [InlineData(MptcpMode.Disabled)]
    public void TCP_joins_in_mode_Preferred_only(MptcpMode mode)
    {
        ConnectSchedule schedule = Schedule(mode, [], s_first);

        for (long now = Begin; now < Begin + 10_000; now += 100)
        {
            while (schedule.Next(now) is { Kind: ConnectStepKind.Start, Attempt: { } attempt })
                schedule.OnConnecting(attempt, _socket, now);
        }

        schedule.Started.Should().OnlyContain(attempt => attempt.WantsMptcp == (mode == MptcpMode.Required));
        schedule.Started.Should().HaveCount(mode == MptcpMode.Required ? 2 : 1);
    }

    [Fact]
    public void Nothing_joins_an_attempt_that_is_TCP_already()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Attempt attempt = schedule.Next(Begin).Attempt!;
        attempt.Refusal = new Refusal(MptcpUnavailableReason.DisabledBySysctl);
        schedule.OnConnecting(attempt, _socket, Begin);

        schedule.Next(Begin).Should().Be(new ConnectStep(ConnectStepKind.Wait));
        schedule.OnConnected(attempt, default, Begin + 1);
        ShouldWin(schedule, attempt, Begin + 1);
    }

    [Fact]
    public void With_an_infinite_delay_nothing_joins()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectionAttemptDelay = Timeout.InfiniteTimeSpan, TcpFallbackDelay = Timeout.InfiniteTimeSpan }, [s_lte], s_first, s_second);
        Attempt first = Start(schedule, Begin);

        schedule.Next(long.MaxValue - 1).Should().Be(new ConnectStep(ConnectStepKind.Wait));
        schedule.OnFailed(first, Refused());

        Start(schedule, Begin + 1).Target.Should().Be(s_second);
    }

    [Fact]
    public void Before_it_fails_TCP_is_tried_once_where_MPTCP_was_refused()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first, s_second);
        schedule.OnFailed(Start(schedule, Begin), Refused());
        schedule.OnFailed(Start(schedule, Begin + 1), new SocketException((int)SocketError.AccessDenied));

        Attempt tcp = Start(schedule, Begin + 2);
        ShouldBe(tcp, s_first, LocalPath.Default, wantsMptcp: false);
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Begin + 3);

        ShouldWin(schedule, tcp, Begin + 3);
        schedule.Unanswered.Should().BeNull("it was answered");
    }

    [Fact]
    public void An_attempt_that_TCP_has_joined_ends_before_the_kernel_leaves_MPTCP_out()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Attempt first = Start(schedule, Begin), second = Start(schedule, Late), tcp = Start(schedule, Late);

        schedule.Next(Begin + ConnectSchedule.GiveUpAfter).Should().Be(new ConnectStep(ConnectStepKind.GiveUp, first));
        schedule.OnFailed(first, new SocketException((int)SocketError.TimedOut));
        schedule.Next(Late + ConnectSchedule.GiveUpAfter).Should().Be(new ConnectStep(ConnectStepKind.GiveUp, second));
        schedule.OnFailed(second, new SocketException((int)SocketError.TimedOut));
        schedule.Next(100_000).Should().Be(new ConnectStep(ConnectStepKind.Wait));

        // An outage of three seconds: TCP's third SYN is answered, and MPTCP gets its chance.
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: true), 100_000);
        Attempt third = Start(schedule, 100_000);
        schedule.OnConnected(third, default, 100_000 + RoundTrip);
        ShouldWin(schedule, third, 100_000 + RoundTrip);
    }

    [Fact]
    public void Where_TCP_must_not_join_the_kernel_decides()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Required, [], s_first);
        Start(schedule, Begin);
        Start(schedule, Late);

        schedule.Next(100_000).Should().Be(new ConnectStep(ConnectStepKind.Wait));
    }

    [Fact]
    public void At_most_six_are_pending_and_the_oldest_makes_room()
    {
        IPEndPoint[] targets = [.. Enumerable.Range(1, 20).Select(port => new IPEndPoint(s_first.Address, port))];
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { Mode = MptcpMode.Disabled, ConnectionAttemptDelay = TimeSpan.Zero }, [], targets);
        for (int i = 0; i < ConnectSchedule.MostPending; i++)
            Start(schedule, Begin);

        ShouldWait(schedule, Begin);
        Attempt oldest = schedule.Started[0];
        schedule.Next(Begin + ConnectSchedule.GiveUpAfter).Should().Be(new ConnectStep(ConnectStepKind.GiveUp, oldest));
        schedule.OnFailed(oldest, new SocketException((int)SocketError.TimedOut));

        Start(schedule, Begin + ConnectSchedule.GiveUpAfter).Target.Should().Be(targets[6]);
    }

    [Fact]
    public void A_suspected_path_is_tried_with_both_at_once()
    {
        _memory.TrySuspect(s_first, LocalPath.Default, TimeSpan.FromHours(1)).Should().BeTrue();
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        ShouldBe(Start(schedule, Begin), s_first, LocalPath.Default, wantsMptcp: true);
        Attempt tcp = Start(schedule, Begin);
        ShouldBe(tcp, s_first, LocalPath.Default, wantsMptcp: false);

        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), Begin + RoundTrip);
        Start(schedule, Begin + RoundTrip);

        ShouldWait(schedule, Begin + RoundTrip + Patience - 1);
        ShouldWin(schedule, tcp, Begin + RoundTrip + Patience);
    }

    [Fact]
    public void A_path_that_is_known_to_drop_MPTCP_is_TCP_at_once()
    {
        _memory.TrySuspect(s_first, LocalPath.Default, TimeSpan.FromHours(1)).Should().BeTrue();
        _memory.TryConfirm(s_first, LocalPath.Default).Should().NotBeNull();
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);

        Attempt tcp = Start(schedule, Begin);
        tcp.WantsMptcp.Should().BeFalse();
        schedule.OnConnected(tcp, default, Begin + 1);

        ShouldWin(schedule, tcp, Begin + 1);
    }

    [Fact]
    public void Exhausted_it_names_every_attempt_in_the_order_of_addresses()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Required, [s_lte], s_first, s_second);
        Attempt first = Start(schedule, Begin), second = Start(schedule, Begin + Delay), lte = Start(schedule, Late);

        schedule.OnFailed(second, Refused());
        schedule.OnFailed(lte, new SocketException((int)SocketError.TimedOut));
        schedule.OnFailed(first, new SocketException((int)SocketError.HostUnreachable));

        while (schedule.Next(Late + 1) is { Kind: ConnectStepKind.Start, Attempt: { } more })
            schedule.OnFailed(more, new SocketException((int)SocketError.TimedOut));

        schedule.Next(Late + 1).Kind.Should().Be(ConnectStepKind.Fail);
        var error = (MptcpConnectException)schedule.ToException();
        error.Attempts.Select(attempt => (attempt.RemoteEndPoint, attempt.Interface)).Should().StartWith([(s_first, null), (s_first, "wwan0")]);
        error.Attempts[^1].RemoteEndPoint.Should().Be(s_second);
        error.Message.Should().Contain("over MPTCP via wwan0");
    }

    [Fact]
    public void Past_its_timeout_a_connect_fails_with_what_was_pending()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, [], s_first);
        Start(schedule, Begin);
        schedule.Next(Begin + 1).Should().Be(new ConnectStep(ConnectStepKind.Wait, Due: Begin + 200));

        schedule.Next(Begin + 200).Kind.Should().Be(ConnectStepKind.Fail);

        schedule.ToException().SocketErrorCode.Should().Be(SocketError.TimedOut);
    }

    [Fact]
    public void Where_the_system_has_no_MPTCP_and_it_is_required_that_is_the_error()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Required, [], s_first);

        schedule.OnFailed(schedule.Next(Begin).Attempt!, new MptcpNotSupportedException(MptcpUnavailableReason.NotLinux, "not here"));

        schedule.Next(Begin).Kind.Should().Be(ConnectStepKind.Fail);
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

    ConnectSchedule Schedule(MptcpMode mode, LocalPath[] others, params IPEndPoint[] targets) => Schedule(new MptcpConnectOptions { Mode = mode }, others, targets);

    ConnectSchedule Schedule(MptcpConnectOptions options, LocalPath[] others, params IPEndPoint[] targets)
    {
        var schedule = new ConnectSchedule();
        schedule.Begin(new Request(targets, options, others, _answered)
        {
            Mode = options.Mode,
            ConnectionAttemptDelay = options.ConnectionAttemptDelay,
            TcpFallbackDelay = options.TcpFallbackDelay,
            Timeout = options.ConnectTimeout,
            Memory = _memory,
        });
        return schedule;
    }

    Attempt Start(ConnectSchedule schedule, long now)
    {
        ConnectStep step = schedule.Next(now);
        step.Kind.Should().Be(ConnectStepKind.Start);
        schedule.OnConnecting(step.Attempt!, _socket, now);
        return step.Attempt!;
    }

    static void ShouldWait(ConnectSchedule schedule, long now)
    {
        ConnectStep step = schedule.Next(now);
        step.Kind.Should().Be(ConnectStepKind.Wait);
        step.Due.Should().BeGreaterThan(now);
    }

    static void ShouldWin(ConnectSchedule schedule, Attempt attempt, long now) => schedule.Next(now).Should().Be(new ConnectStep(ConnectStepKind.Win, attempt));

    static void ShouldBe(Attempt attempt, IPEndPoint target, LocalPath path, bool wantsMptcp) =>
        (attempt.Target, attempt.Path, attempt.WantsMptcp).Should().Be((target, path, wantsMptcp));

    static SocketException Refused() => new((int)SocketError.ConnectionRefused);

    sealed class Request(IPEndPoint[] targets, MptcpConnectOptions options, LocalPath[] others, HashSet<Attempt> answered) : ConnectRequest(targets)
    {
        internal override Socket Make(Attempt attempt) => throw new InvalidOperationException($"A schedule makes no sockets: {options}.");

        internal override IReadOnlyList<LocalPath> FindOtherPaths(Attempt attempt) => others;

        internal override bool IsAnswered(Attempt attempt) => answered.Contains(attempt);
    }
}
