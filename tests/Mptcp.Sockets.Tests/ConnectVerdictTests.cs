using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The winner of a connect: MPTCP if it is answered anywhere, and TCP on evidence.</summary>
public sealed class ConnectVerdictTests : ScheduleTests
{
    [Fact]
    public void A_slow_network_uses_MPTCP_and_leaves_no_evidence()
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
    public void One_lost_SYN_does_not_cost_MPTCP_if_TCP_is_answered_first()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (Attempt second, Attempt tcp) = StartUntilLate(schedule);

        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Start(schedule, Late + RoundTrip);
        schedule.OnConnected(second, default, Late + RoundTrip + 2);

        ShouldWin(schedule, second, Late + RoundTrip + 2);
        schedule.Unanswered.Should().BeNull();
    }

    [Fact]
    public void Two_lost_SYNs_do_not_cost_MPTCP_either()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);

        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Attempt third = Start(schedule, Late + RoundTrip);
        schedule.OnConnected(third, default, Late + 2 * RoundTrip);

        ShouldWin(schedule, third, Late + 2 * RoundTrip);
    }

    [Fact]
    public void Three_lost_SYNs_and_an_answered_TCP_SYN_are_evidence()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);

        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Attempt third = Start(schedule, Late + RoundTrip);

        schedule.Next(Late + RoundTrip).Should().Be(new ConnectStep(ConnectStepKind.Wait, Due: Late + RoundTrip + Patience));
        ShouldWin(schedule, tcp, Late + RoundTrip + Patience);
        schedule.Unanswered.Should().BeSameAs(third);
    }

    [Fact]
    public void TCP_does_not_win_while_the_last_SYN_is_not_sent_yet()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);
        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Attempt third = schedule.Next(Late + RoundTrip).Attempt!; // another thread creates its socket

        ShouldWait(schedule, Late + RoundTrip + Patience);

        schedule.OnConnecting(third, _socket, Late + RoundTrip + Patience);
        ShouldWin(schedule, tcp, Late + RoundTrip + 2 * Patience);
        schedule.Unanswered.Should().BeSameAs(third);
    }

    [Fact]
    public void A_SYN_that_was_never_sent_is_no_evidence()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (Attempt second, Attempt tcp) = StartUntilLate(schedule);
        AnswerTcp(schedule, tcp, Late + RoundTrip);
        schedule.Next(Late + RoundTrip).Kind.Should().Be(ConnectStepKind.Start, "another thread creates its socket");

        schedule.OnFailed(second, new SocketException((int)SocketError.ConnectionRefused));

        ShouldWin(schedule, tcp, Late + RoundTrip);
        schedule.Unanswered!.Socket.Should().NotBeNull("somebody watches it");
    }

    [Fact]
    public void A_TCP_SYN_that_was_sent_twice_is_no_evidence_and_MPTCP_is_tried_once_more()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);

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

        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Attempt confirming = Start(schedule, Late + RoundTrip);
        ShouldBe(confirming, s_first, LocalPath.Default, wantsMptcp: true);

        schedule.OnConnected(confirming, default, Late + 2 * RoundTrip);
        ShouldWin(schedule, confirming, Late + 2 * RoundTrip);
    }

    [Fact]
    public void TCP_wins_also_if_the_last_SYN_cannot_be_sent()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);
        AnswerTcp(schedule, tcp, Late + RoundTrip);

        schedule.OnFailed(schedule.Next(Late + RoundTrip).Attempt!, new SocketException((int)SocketError.TooManyOpenSockets));

        ShouldWait(schedule, Late + RoundTrip + Patience - 1);
        ShouldWin(schedule, tcp, Late + RoundTrip + Patience);
    }

    [Fact]
    public void TCP_that_has_connected_wins_when_the_time_is_up()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromMilliseconds(Delay + RoundTrip + 1) }, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);

        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Start(schedule, Late + RoundTrip);

        ShouldWin(schedule, tcp, Late + RoundTrip + 1);
        schedule.Unanswered.Should().NotBeNull("the next connect tries both at once");
    }

    [Fact]
    public void TCP_does_not_win_over_an_answer_that_waits_in_the_kernel()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        (_, Attempt tcp) = StartUntilLate(schedule);
        AnswerTcp(schedule, tcp, Late + RoundTrip);
        Attempt last = Start(schedule, Late + RoundTrip);

        _answered.Add(last);
        ShouldWait(schedule, 100_000); // the process was stopped for long
        schedule.OnConnected(last, default, 100_001);

        ShouldWin(schedule, last, 100_001);
    }

    [Fact]
    public void TCP_is_tried_once_where_MPTCP_was_refused_before_the_connect_fails()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first, s_second);
        schedule.OnFailed(Start(schedule, Begin), Refused());
        schedule.OnFailed(Start(schedule, Begin + 1), new SocketException((int)SocketError.AccessDenied));

        Attempt tcp = Start(schedule, Begin + 2);
        ShouldBe(tcp, s_first, LocalPath.Default, wantsMptcp: false);
        AnswerTcp(schedule, tcp, Begin + 3);

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

        // After an outage of three seconds, TCP's third SYN is answered, and MPTCP gets its chance.
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: true), 100_000);
        Attempt third = Start(schedule, 100_000);
        schedule.OnConnected(third, default, 100_000 + RoundTrip);
        ShouldWin(schedule, third, 100_000 + RoundTrip);
    }

    [Fact]
    public void A_suspected_path_is_tried_with_both_at_once()
    {
        _memory.TrySuspect(s_first, LocalPath.Default, TimeSpan.FromHours(1)).Should().BeTrue();
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        ShouldBe(Start(schedule, Begin), s_first, LocalPath.Default, wantsMptcp: true);
        Attempt tcp = Start(schedule, Begin);
        ShouldBe(tcp, s_first, LocalPath.Default, wantsMptcp: false);

        AnswerTcp(schedule, tcp, Begin + RoundTrip);
        Start(schedule, Begin + RoundTrip);

        ShouldWait(schedule, Begin + RoundTrip + Patience - 1);
        ShouldWin(schedule, tcp, Begin + RoundTrip + Patience);
    }

    [Fact]
    public void A_path_that_is_known_to_drop_MPTCP_uses_TCP_at_once()
    {
        _memory.TrySuspect(s_first, LocalPath.Default, TimeSpan.FromHours(1)).Should().BeTrue();
        _memory.TryConfirm(s_first, LocalPath.Default).Should().NotBeNull();
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);

        Attempt tcp = Start(schedule, Begin);
        tcp.WantsMptcp.Should().BeFalse();
        schedule.OnConnected(tcp, default, Begin + 1);

        ShouldWin(schedule, tcp, Begin + 1);
    }
}
