using System.Runtime.CompilerServices;
using Mptcp.Dashboard.Feed;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests;

public class HistoryTests
{
    readonly EventLog _log = new();
    readonly HistoryStore _store;

    public HistoryTests() => _store = new HistoryStore(_log);

    [Fact]
    public void A_point_takes_8_bytes() => Unsafe.SizeOf<PathPoint>().Should().Be(8);

    [Fact]
    public void A_point_keeps_the_rate_the_round_trip_time_and_the_retransmits()
    {
        var point = new PathPoint(125e6, 12.5, 300);

        point.IsSeen.Should().BeTrue();
        point.Rate.Should().Be(125e6);
        point.RttMilliseconds.Should().Be(12.5);
        point.Retransmits.Should().Be(255);
        new PathPoint(0, null, 0).RttMilliseconds.Should().BeNull();
        default(PathPoint).IsSeen.Should().BeFalse();
    }

    [Fact]
    public void A_history_forgets_what_is_older_than_ten_minutes()
    {
        var history = new PathHistory();
        for (long second = 0; second <= 1_000; second++)
            history.Add(second, new PathPoint(second, null, 0));

        history[400].IsSeen.Should().BeFalse();
        history[401].Rate.Should().Be(401);
        history[1_000].Rate.Should().Be(1_000);
        history[1_001].IsSeen.Should().BeFalse();
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(60, false)]
    public void A_late_reading_fills_the_skipped_seconds_and_a_pause_leaves_them_empty(long gap, bool isFilled)
    {
        var history = new PathHistory();
        history.Add(10, new PathPoint(1, null, 0));

        history.Add(10 + gap, new PathPoint(2, null, 0));

        history[11].IsSeen.Should().Be(isFilled);
        history[10 + gap].Rate.Should().Be(2);
    }

    [Fact]
    public void Rates_are_those_since_the_last_reading()
    {
        Look(0, Path(1, 0, "wifi", received: 1_000, sent: 10));
        PathView path = Look(2, Path(1, 0, "wifi", received: 5_000, sent: 10)).Paths.Should().ContainSingle().Which;

        path.ReceiveRate.Should().Be(2_000);
        path.SendRate.Should().Be(0);
        path.Status.Should().Be(PathStatus.InUse);
    }

    [Fact]
    public void There_is_no_rate_at_the_first_reading_and_after_a_pause()
    {
        foreach (int second in (int[])[0, 60])
        {
            PathView path = Look(second, Path(1, 0, "wifi", received: second * 1_000)).Paths[0];
            path.ReceiveRate.Should().BeNull();
            path.StatusText.Should().Be("measuring", "nobody knows whether it is idle");
        }
    }

    [Fact]
    public void A_path_without_data_is_quiet_only_if_another_path_carries_data()
    {
        ConnectionView view = null!;
        for (int second = 0; second < 5; second++)
            view = Look(second, Path(1, 0, "wifi"), Path(1, 1, "cell", received: second * 1_000));

        view.Paths.Select(path => path.Status).Should().Equal(PathStatus.Quiet, PathStatus.InUse);
        view.Paths[0].StatusText.Should().Be("no data for 4 s");

        Look(5, Path(1, 0, "wifi"), Path(1, 1, "cell", received: 4_000)).Paths.Should().OnlyContain(path => path.Status == PathStatus.Idle);
    }

    [Fact]
    public void A_path_whose_segments_are_sent_again_without_an_answer_is_unanswered()
    {
        Look(0, Path(1, 0, "wifi", sent: 100, acked: 100));
        Look(1, Path(1, 0, "wifi", sent: 200, acked: 100, retransmits: 1)).Paths[0].Status.Should().Be(PathStatus.Unanswered);
        Look(2, Path(1, 0, "wifi", sent: 200, acked: 100, retransmits: 1)).Paths[0].Status.Should().Be(PathStatus.Unanswered);
        Look(3, Path(1, 0, "wifi", sent: 300, acked: 300, retransmits: 1)).Paths[0].Status.Should().Be(PathStatus.InUse);

        _log.Latest().Select(entry => (entry.Kind, entry.Description)).Should().Equal(
            (LogKind.Recovered, "data again over wifi"), (LogKind.Stalled, "peer does not answer over wifi"));
    }

    [Fact]
    public void A_path_that_carries_data_again_is_in_the_log_although_all_paths_were_idle_meanwhile()
    {
        for (int second = 0; second < 4; second++)
            Look(second, Path(1, 0, "wifi"), Path(1, 1, "cell", received: second * 1_000));

        Look(4, Path(1, 0, "wifi"), Path(1, 1, "cell", received: 3_000)).Paths.Should().OnlyContain(path => path.Status == PathStatus.Idle);
        Look(5, Path(1, 0, "wifi", received: 1_000), Path(1, 1, "cell", received: 4_000));

        _log.Latest().Select(entry => (entry.Kind, entry.Description)).Should().Equal((LogKind.Recovered, "data again over wifi"), (LogKind.Stalled, "no data for 2 s over wifi"));
    }

    [Fact]
    public void A_path_that_is_gone_stays_in_the_history_for_ten_minutes()
    {
        Look(0, Path(1, 0, "wifi"), Path(1, 1, "cell"));
        Look(1, Path(1, 0, "wifi"), Path(1, 1, "cell", received: 8_000));
        Look(2, Path(1, 0, "wifi"));

        (PathView Path, PathPoint[] Points)[] paths = _store.Read(1, 0, 3);
        paths.Select(path => path.Path.Status).Should().Equal(PathStatus.Idle, PathStatus.Gone);
        paths[1].Points.Select(point => point.Rate).Should().Equal(0, 8_000, 0);

        Look(602, Path(1, 0, "wifi"));
        _store.Read(1, 0, 3).Should().ContainSingle();
    }

    [Fact]
    public void Without_events_of_the_kernel_the_log_has_the_paths_that_came_and_went()
    {
        Look(0, Path(1, 0, "wifi"));
        Look(1);

        _log.Latest().Select(entry => (entry.Kind, entry.Description)).Should().BeEmpty();

        Look(2, logPaths: true, Path(2, 0, "cell"));
        Look(3, logPaths: true);
        _log.Latest().Select(entry => (entry.Kind, entry.Description)).Should().Contain((LogKind.Lost, "path over cell is gone")).And.Contain((LogKind.Joined, "path over cell was found"));
    }

    [Fact]
    public void More_paths_than_there_is_room_for_have_rates_and_no_history_until_others_are_gone()
    {
        ConnectionReading[] all = [.. Enumerable.Range(1, HistoryStore.MostHistories + 1).Select(number => Connection(number, "wifi"))];
        Add(0, all);
        Add(1, all);
        _store.Read((uint)all.Length, 0, 2)[0].Points.Should().OnlyContain(point => !point.IsSeen);
        _store.Read(1, 0, 2)[0].Points[1].IsSeen.Should().BeTrue();

        ConnectionReading[] last = [all[^1]];
        Add(2, last);
        Add(3, last);
        Add(4, last);

        _store.Read((uint)all.Length, 4, 1)[0].Points[0].IsSeen.Should().BeTrue();
        _store.Read(1, 0, 2).Should().BeEmpty("the place was needed");
    }

    [Fact]
    public void Connections_that_were_seen_only_once_are_forgotten()
    {
        const int looks = 600, each = 20;
        for (int look = 0; look < looks; look++)
            Add(look, [.. Enumerable.Range(look * each + 1, each).Select(number => Connection(number, "wifi", "cell"))]);

        Enumerable.Range(1, looks * each).Count(token => _store.Read((uint)token, 0, 1).Length > 0).Should().BeLessThanOrEqualTo(2 * each);
    }

    [Fact]
    public void The_log_keeps_the_latest_events()
    {
        for (int i = 0; i < EventLog.Most + 10; i++)
            _log.Add(new LogEntry(DateTimeOffset.UnixEpoch, (uint)i, LogKind.Other, ""));

        LogEntry[] latest = _log.Latest();
        latest.Should().HaveCount(EventLog.Most);
        latest[0].Token.Should().Be(EventLog.Most + 9);
    }

    ConnectionView Look(int second, params PathReading[] paths) => Look(second, logPaths: false, paths);

    ConnectionView Look(int second, bool logPaths, params PathReading[] paths)
    {
        ConnectionReading connection = Connection(1) with { Paths = paths };
        return _store.Add([connection], TimeSpan.FromSeconds(second), DateTimeOffset.UnixEpoch, logPaths)[0];
    }

    void Add(int second, ConnectionReading[] connections) => _store.Add(connections, TimeSpan.FromSeconds(second), DateTimeOffset.UnixEpoch, logPaths: false);
}
