using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Tests.Support;

namespace Mptcp.Netlink.Tests.Services;

public class ReadScheduleTests
{
    readonly StoppedClock _clock = new();

    [Fact]
    public void Constant_changes_make_the_host_be_read_at_once_and_then_once_a_second()
    {
        var schedule = new ReadSchedule(_clock);
        schedule.Read(areDone: true);
        _clock.Now = TimeSpan.FromSeconds(5);
        var reads = new List<double>();
        for (int i = 0; i < 100; i++, _clock.Now += TimeSpan.FromMilliseconds(100))
        {
            schedule.Changed();
            if (schedule.Rest > TimeSpan.Zero)
                continue;

            schedule.Read(areDone: true);
            reads.Add(_clock.Now.TotalSeconds);
        }

        reads.Should().Equal(5.1, 6.1, 7.1, 8.1, 9.1, 10.1, 11.1, 12.1, 13.1, 14.1);
    }

    [Fact]
    public void A_change_is_read_when_it_has_settled_and_nothing_changed_every_30_seconds()
    {
        var schedule = new ReadSchedule(_clock);
        schedule.Rest.Should().Be(TimeSpan.Zero, "nothing was read yet");
        schedule.Read(areDone: true);
        schedule.Rest.Should().Be(TimeSpan.FromSeconds(30));
        schedule.Changed();
        schedule.Rest.Should().Be(TimeSpan.FromSeconds(1), "the host was read just now");
        _clock.Now = TimeSpan.FromSeconds(2);
        schedule.Read(areDone: true);
        _clock.Now = TimeSpan.FromSeconds(4);
        schedule.Changed();
        schedule.Rest.Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Failures_are_retried_less_and_less_often_until_something_changes()
    {
        var schedule = new ReadSchedule(_clock);
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            schedule.Read(areDone: false);
            schedule.Rest.Should().Be(TimeSpan.FromSeconds(seconds));
            _clock.Now += schedule.Rest;
        }

        schedule.Changed();
        schedule.Read(areDone: false);
        schedule.Rest.Should().Be(TimeSpan.FromSeconds(1));
    }
}
