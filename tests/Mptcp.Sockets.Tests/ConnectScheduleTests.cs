using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The attempts of a connect, and their times.</summary>
public sealed class ConnectScheduleTests : ScheduleTests
{
    [Fact]
    public void Addresses_start_one_delay_after_another()
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
    public void A_connect_without_time_left_times_out()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromTicks(1) }, [], s_first);

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
    public void TCP_joins_only_in_mode_Preferred(MptcpMode mode)
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
    public void Nothing_joins_a_TCP_attempt()
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
    public void Nothing_joins_with_an_infinite_delay()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectionAttemptDelay = Timeout.InfiniteTimeSpan, TcpFallbackDelay = Timeout.InfiniteTimeSpan }, [s_lte], s_first, s_second);
        Attempt first = Start(schedule, Begin);

        schedule.Next(long.MaxValue - 1).Should().Be(new ConnectStep(ConnectStepKind.Wait));
        schedule.OnFailed(first, Refused());

        Start(schedule, Begin + 1).Target.Should().Be(s_second);
    }

    [Fact]
    public void The_kernel_decides_if_TCP_must_not_join()
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
    public void A_failed_connect_names_every_attempt_in_the_order_of_addresses()
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
    public void A_connect_fails_with_the_pending_attempts_after_its_timeout()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, [], s_first);
        Start(schedule, Begin);
        schedule.Next(Begin + 1).Should().Be(new ConnectStep(ConnectStepKind.Wait, Due: Begin + 200));

        ConnectStep step = schedule.Next(Begin + 200);
        step.Should().Be(new ConnectStep(ConnectStepKind.GiveUp, schedule.Started[0]), "its socket is to be closed");
        schedule.OnFailed(step.Attempt!, new SocketException((int)SocketError.TimedOut));
        schedule.Next(Begin + 200).Kind.Should().Be(ConnectStepKind.Fail);

        schedule.ToException().SocketErrorCode.Should().Be(SocketError.TimedOut);
    }

    [Fact]
    public void An_attempt_that_has_no_socket_yet_at_the_timeout_has_timed_out()
    {
        ConnectSchedule schedule = Schedule(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, [], s_first);
        schedule.Next(Begin).Kind.Should().Be(ConnectStepKind.Start);

        schedule.Next(Begin + 200).Kind.Should().Be(ConnectStepKind.Fail);

        schedule.ToException().Should().BeOfType<MptcpConnectException>().Which.Attempts.Should().ContainSingle().Which.Error.SocketErrorCode.Should().Be(SocketError.TimedOut);
    }

    [Fact]
    public void A_reused_schedule_keeps_no_plans_of_the_previous_connect()
    {
        _memory.TrySuspect(s_first, LocalPath.Default, TimeSpan.FromHours(1)).Should().BeTrue();
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Attempt first = Start(schedule, Begin); // TCP is planned beside it
        schedule.OnConnected(first, default, Begin);
        ShouldWin(schedule, first, Begin);

        schedule.Reset();
        Schedule(schedule, new MptcpConnectOptions(), [], s_second);

        ShouldBe(Start(schedule, Begin), s_second, LocalPath.Default, wantsMptcp: true);
        ShouldWait(schedule, Begin);
    }

    [Fact]
    public void A_connect_that_requires_MPTCP_fails_with_the_reason_on_a_system_without_it()
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
    public void Families_alternate_in_the_order_of_the_system(string given, string expected)
    {
        IPEndPoint[] order = Addresses.Interleave([.. given.Split(' ').Select(name => new IPEndPoint(Address(name), 80))]);

        order.Select(target => target.Address).Should().Equal(expected.Split(' ').Select(Address));

        static IPAddress Address(string name) => IPAddress.Parse(name[1] == '4' ? $"203.0.113.{(int)name[0]}" : $"2001:db8::{(int)name[0]}");
    }

    [Fact]
    public void Nothing_joins_an_attempt_whose_answer_waits_in_the_kernel()
    {
        ConnectSchedule schedule = Schedule(MptcpMode.Preferred, [], s_first);
        Attempt first = Start(schedule, Begin);

        _answered.Add(first);
        ShouldWait(schedule, 100_000); // the process was stopped for long
        schedule.OnConnected(first, default, 100_001);

        ShouldWin(schedule, first, 100_001);
        schedule.Started.Should().ContainSingle();
    }
}
