using Microsoft.Extensions.Time.Testing;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests;

public class FeedTests
{
    readonly FakeTimeProvider _clock = new();
    readonly FakeHost _host = new();

    [Fact]
    public async Task A_host_that_nobody_watches_is_not_read()
    {
        await using var feed = new DashboardFeed(_host, _clock);
        _host.TimesOpened.Should().Be(0);

        await feed.WatchAsync();
        _host.TimesOpened.Should().Be(1);

        await Eventually.TrueAsync(() => Passes(1, () => _host.TimesClosed == 1), "the host is closed");
        int read = _host.TimesRead;
        read.Should().BeInRange(1, 6, "it is watched for five seconds");
        _clock.Advance(TimeSpan.FromMinutes(1));
        _host.TimesRead.Should().Be(read);

        await feed.WatchAsync();
        _host.TimesOpened.Should().Be(2);
    }

    [Fact]
    public async Task A_host_that_is_watched_is_read_each_second()
    {
        await using var feed = new DashboardFeed(_host, _clock);
        Sample first = await feed.WatchAsync();

        await Eventually.TrueAsync(() => Passes(1, () => feed.WatchAsync() is { IsCompleted: true } watching && watching.Result.Second >= first.Second + 20), "it is read for 20 seconds");

        _host.TimesClosed.Should().Be(0);
    }

    [Fact]
    public async Task A_failure_is_shown_to_the_pages_and_the_next_reading_tries_again()
    {
        await using var feed = new DashboardFeed(_host, _clock);
        _host.Failure = new IOException("gone");
        await FluentActions.Awaiting(feed.WatchAsync).Should().ThrowAsync<IOException>();

        _host.Failure = null;

        (await feed.WatchAsync()).Should().NotBeNull();
        _host.TimesClosed.Should().Be(1);
    }

    [Fact]
    public async Task Disposing_closes_the_host()
    {
        var feed = new DashboardFeed(_host, _clock);
        await feed.WatchAsync();

        await feed.DisposeAsync();

        _host.TimesClosed.Should().Be(1);
        await FluentActions.Awaiting(feed.WatchAsync).Should().ThrowAsync<ObjectDisposedException>();
    }

    /// <summary>Lets the clock run, and returns whether the condition holds.</summary>
    bool Passes(int seconds, Func<bool> condition)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return condition();
    }
}
