using Mptcp.Netlink.Policies;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The intervals of retries, without a kernel.</summary>
public class AttemptsTests
{
    static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    readonly Attempts<string> _attempts = new(s_second);

    [Fact]
    public void Each_failure_doubles_the_interval_up_to_64_times() =>
        SecondsOfAttempts(300).Should().Equal(0, 1, 3, 7, 15, 31, 63, 127, 191, 255);

    [Fact]
    public void A_lasting_success_resets_the_interval()
    {
        SecondsOfAttempts(5).Should().Equal(0, 1, 3);
        _attempts.Succeeded("it", 7 * s_second - TimeSpan.FromTicks(1));
        _attempts.MayTry("it", 7 * s_second - TimeSpan.FromTicks(1)).Should().BeFalse("it may fail again at once");
        _attempts.Succeeded("it", 7 * s_second);
        _attempts.MayTry("it", 7 * s_second).Should().BeTrue();
        _attempts.MayTry("it", 8 * s_second).Should().BeTrue("the first interval is the shortest");
    }

    [Fact]
    public void Each_action_has_its_own_interval()
    {
        SecondsOfAttempts(5).Should().Equal(0, 1, 3);
        _attempts.MayTry("another", 5 * s_second).Should().BeTrue();
        _attempts.KeepOnly(["another"]);
        _attempts.MayTry("it", 5 * s_second).Should().BeTrue("nothing is known of it");
        _attempts.MayTry("another", 5 * s_second).Should().BeFalse();
        _attempts.Forget();
        _attempts.MayTry("another", 5 * s_second).Should().BeTrue();
    }

    [Fact]
    public void An_action_that_is_gone_leaves_nothing_even_after_all_intervals_were_reset()
    {
        SecondsOfAttempts(5).Should().Equal(0, 1, 3);
        _attempts.Forget();
        _attempts.KeepOnly([]);

        _attempts.MayTry("it", 5 * s_second, out int count).Should().BeTrue();
        count.Should().Be(0, "the attempts before it was gone are forgotten");
    }

    int[] SecondsOfAttempts(int until) => [.. Enumerable.Range(0, until).Where(second => _attempts.MayTry("it", second * s_second))];
}
