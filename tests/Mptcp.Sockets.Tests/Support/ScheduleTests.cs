using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>A schedule whose clock, paths and memory the test sets.</summary>
public abstract class ScheduleTests : IDisposable
{
    protected const long RoundTrip = 60, Patience = RoundTrip + RoundTrip / 2; // the time of a handshake, and one and a half times that
    protected const long Begin = 1000, Delay = 250, Late = Begin + Delay;

    private protected static readonly IPEndPoint s_first = new(IPAddress.Parse("203.0.113.1"), 80); // documentation addresses: RFC 5737
    private protected static readonly IPEndPoint s_second = new(IPAddress.Parse("203.0.113.2"), 80);
    private protected static readonly IPEndPoint s_third = new(IPAddress.Parse("203.0.113.3"), 80);
    private protected static readonly LocalPath s_lte = new("wwan0");
    private protected static readonly LocalPath s_backup = new("wwan1", IsBackup: true);

    private protected readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private protected readonly BlackholeMemory _memory = new(TimeProvider.System);
    private protected readonly HashSet<Attempt> _answered = [];

    public void Dispose()
    {
        _socket.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ConnectSchedule Schedule(MptcpMode mode, LocalPath[] others, params IPEndPoint[] targets) => Schedule(new MptcpConnectOptions { Mode = mode }, others, targets);

    private protected ConnectSchedule Schedule(MptcpConnectOptions options, LocalPath[] others, params IPEndPoint[] targets)
    {
        var schedule = new ConnectSchedule();
        Schedule(schedule, options, others, targets);
        return schedule;
    }

    private protected void Schedule(ConnectSchedule schedule, MptcpConnectOptions options, LocalPath[] others, params IPEndPoint[] targets) =>
        schedule.Begin(new Request(targets, options, others, _answered, _memory));

    private protected Attempt Start(ConnectSchedule schedule, long now)
    {
        ConnectStep step = schedule.Next(now);
        step.Kind.Should().Be(ConnectStepKind.Start);
        schedule.OnConnecting(step.Attempt!, _socket, now);
        return step.Attempt!;
    }

    /// <summary>Returns the attempts that join the late first one: a second SYN and TCP.</summary>
    private protected (Attempt Second, Attempt Tcp) StartUntilLate(ConnectSchedule schedule)
    {
        Start(schedule, Begin);
        return (Start(schedule, Late), Start(schedule, Late));
    }

    private protected static void AnswerTcp(ConnectSchedule schedule, Attempt tcp, long now) =>
        schedule.OnConnected(tcp, new Handshake(RoundTrip, WasRetransmitted: false), now);

    private protected static void ShouldWait(ConnectSchedule schedule, long now)
    {
        ConnectStep step = schedule.Next(now);
        step.Kind.Should().Be(ConnectStepKind.Wait);
        step.Due.Should().BeGreaterThan(now);
    }

    private protected static void ShouldWin(ConnectSchedule schedule, Attempt attempt, long now) => schedule.Next(now).Should().Be(new ConnectStep(ConnectStepKind.Win, attempt));

    private protected static void ShouldBe(Attempt attempt, IPEndPoint target, LocalPath path, bool wantsMptcp) =>
        (attempt.Target, attempt.Path, attempt.WantsMptcp).Should().Be((target, path, wantsMptcp));

    private protected static SocketException Refused() => new((int)SocketError.ConnectionRefused);

    sealed class Request(IPEndPoint[] targets, MptcpConnectOptions options, LocalPath[] others, HashSet<Attempt> answered, BlackholeMemory memory)
        : ConnectRequest(targets, options)
    {
        internal override BlackholeMemory Memory => memory;

        internal override Socket Make(Attempt attempt) => throw new InvalidOperationException("A schedule makes no sockets.");

        internal override IReadOnlyList<LocalPath> FindOtherPaths(Attempt attempt) => others;

        internal override bool IsAnswered(Attempt attempt) => answered.Contains(attempt);
    }
}
