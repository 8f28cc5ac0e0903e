using System.Collections.Concurrent;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>The clock of races, by the system's time: nothing is woken too early, twice or never.</summary>
public class RaceClockTests
{
    const int Never = 24 * 60 * 60 * 1000;

    readonly ConcurrentQueue<string> _woken = new();

    [Fact(Timeout = Limit.OfATest)]
    public async Task What_is_due_first_is_woken_first_whatever_was_asked_for_first()
    {
        long now = Environment.TickCount64;
        Sleeper late = new("late", this), early = new("early", this);
        RaceClock.WakeAt(late, now + Never);
        RaceClock.WakeAt(early, now + 100);
        await AllAsync(early);
        RaceClock.Cancel(late);
        _woken.Should().Equal("early");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task What_is_due_already_is_woken()
    {
        Sleeper past = new("past", this), now = new("now", this);
        RaceClock.WakeAt(past, Environment.TickCount64 - 1000);
        RaceClock.WakeAt(now, Environment.TickCount64);
        await AllAsync(past, now);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task What_no_longer_waits_is_not_woken_and_holds_up_nobody()
    {
        Sleeper cancelled = CancelInTime(), other = new("other", this);
        RaceClock.Cancel(cancelled);
        RaceClock.WakeAt(other, Environment.TickCount64 + 300);
        await AllAsync(other);
        cancelled.Woken.IsCompleted.Should().BeFalse();

        RaceClock.WakeAt(cancelled, Environment.TickCount64 + 10);
        await AllAsync(cancelled);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(2000, 2200)]
    [InlineData(Never, 100)]
    public async Task The_last_wish_counts(int before, int after)
    {
        Sleeper one = new("one", this), behind = new("behind", this);
        long now = Environment.TickCount64;
        RaceClock.WakeAt(one, now + before);
        RaceClock.WakeAt(one, now + after);
        RaceClock.WakeAt(behind, now + after + 200);
        await AllAsync(one, behind);
        _woken.Should().BeEquivalentTo("one", "behind");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Each_of_very_many_is_woken_once()
    {
        Sleeper[] sleepers = [.. Enumerable.Range(0, 2000).Select(i => new Sleeper($"{i}", this))];
        Parallel.For(0, sleepers.Length, i => RaceClock.WakeAt(sleepers[i], Environment.TickCount64 + (i % 100)));
        await AllAsync(sleepers);
        _woken.Should().HaveCount(sleepers.Length).And.OnlyHaveUniqueItems();
    }

    /// <summary>One that was cancelled before it was due, however slow the machine is.</summary>
    Sleeper CancelInTime()
    {
        while (true)
        {
            var sleeper = new Sleeper("cancelled", this);
            long due = Environment.TickCount64 + 100;
            RaceClock.WakeAt(sleeper, due);
            RaceClock.Cancel(sleeper);
            if (Environment.TickCount64 < due)
                return sleeper;
        }
    }

    static Task AllAsync(params Sleeper[] sleepers) => Task.WhenAll(sleepers.Select(sleeper => sleeper.Woken)).WaitAsync(Limit.OfAWait);

    sealed class Sleeper(string name, RaceClockTests tests) : RaceClock.Entry
    {
        readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Woken => _woken.Task;

        protected internal override void OnDue()
        {
            tests._woken.Enqueue(name);
            if (Environment.TickCount64 < Due)
                _woken.TrySetException(new TimeoutException($"{name} was woken too early."));
            else
                _woken.TrySetResult();
        }
    }
}
