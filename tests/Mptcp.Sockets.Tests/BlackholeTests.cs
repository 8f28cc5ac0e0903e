using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>The memory of paths that drop MPTCP.</summary>
public sealed class BlackholeTests
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    static readonly IPEndPoint s_target = new(IPAddress.Parse("203.0.113.9"), 443); // a documentation address: RFC 5737
    static readonly LocalPath s_lte = new("wwan0");

    readonly FakeTimeProvider _clock = new();
    readonly BlackholeMemory _memory;

    public BlackholeTests()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        _memory = new BlackholeMemory(_clock);
    }

    [Fact]
    public void A_suspicion_counts_after_it_is_confirmed()
    {
        _memory.TrySuspect(s_target, LocalPath.Default, s_hour).Should().BeTrue();
        Find(s_target).Should().Be(BlackholeSuspicion.Suspected);
        _memory.GetAll().Should().BeEmpty("only confirmed entries are listed");

        _memory.TryConfirm(s_target, LocalPath.Default).Should().BeEquivalentTo(new MptcpBlackhole(s_target, networkInterface: null, 1, s_hour));

        Find(s_target).Should().Be(BlackholeSuspicion.Confirmed);
        _memory.TimeUntilRetry(s_target, LocalPath.Default).Should().Be(s_hour);
        _memory.GetAll().Should().ContainSingle().Which.Should().BeEquivalentTo(new MptcpBlackhole(s_target, networkInterface: null, 1, s_hour));
    }

    [Fact]
    public void An_unconfirmed_suspicion_expires()
    {
        _memory.TrySuspect(s_target, LocalPath.Default, s_hour);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Find(s_target).Should().Be(BlackholeSuspicion.None);
    }

    [Fact]
    public void Entries_are_kept_by_address_port_and_interface()
    {
        Learn(s_target, s_hour);

        Find(new IPEndPoint(s_target.Address, 80)).Should().Be(BlackholeSuspicion.None);
        Find(new IPEndPoint(s_target.Address.MapToIPv6(), s_target.Port)).Should().Be(BlackholeSuspicion.Confirmed, "it is the same address");
        _memory.Find(s_target, s_lte).Should().Be(BlackholeSuspicion.None);

        _memory.TrySuspect(s_target, s_lte, s_hour);
        _memory.TryConfirm(s_target, s_lte)!.Interface.Should().Be("wwan0");
    }

    [Fact]
    public void Concurrent_discoveries_of_a_blackhole_count_once()
    {
        _memory.TrySuspect(s_target, LocalPath.Default, s_hour).Should().BeTrue();
        _memory.TrySuspect(s_target, LocalPath.Default, s_hour).Should().BeFalse("a check is under way");
        _memory.TryConfirm(s_target, LocalPath.Default).Should().NotBeNull();

        _memory.TryConfirm(s_target, LocalPath.Default).Should().BeNull();

        _memory.GetAll().Single().Occurrences.Should().Be(1);
    }

    [Fact]
    public void Each_confirmation_in_a_row_doubles_the_period_up_to_64_times()
    {
        foreach (int factor in new[] { 1, 2, 4, 8, 16, 32, 64, 64, 64 })
        {
            Learn(s_target, s_hour).RetryIn.Should().Be(s_hour * factor);
            _clock.Advance(s_hour * factor);
        }
    }

    [Fact]
    public void A_forgotten_entry_starts_with_the_first_period()
    {
        Learn(s_target, s_hour);
        _clock.Advance(s_hour);
        Learn(s_target, s_hour).Occurrences.Should().Be(2);

        _memory.Forget(s_target, LocalPath.Default);

        Learn(s_target, s_hour).RetryIn.Should().Be(s_hour);
    }

    [Fact]
    public void A_check_that_ends_after_Clear_adds_no_entry()
    {
        _memory.TrySuspect(s_target, LocalPath.Default, s_hour);

        _memory.Clear();

        _memory.TryConfirm(s_target, LocalPath.Default).Should().BeNull();
        _memory.GetAll().Should().BeEmpty();
    }

    [Fact]
    public void A_timeout_of_zero_adds_no_entry() => _memory.TrySuspect(s_target, LocalPath.Default, TimeSpan.Zero).Should().BeFalse();

    [Fact]
    public void Changing_an_end_point_does_not_change_its_entry()
    {
        var target = new IPEndPoint(s_target.Address, 1);
        Learn(target, s_hour).RemoteEndPoint.Port = 3;

        target.Port = 2;
        _memory.GetAll().Single().RemoteEndPoint.Port = 4;

        _memory.GetAll().Single().RemoteEndPoint.Port.Should().Be(1);
        Find(new IPEndPoint(s_target.Address, 1)).Should().Be(BlackholeSuspicion.Confirmed);
    }

    [Fact]
    public void The_memory_is_bounded_and_drops_entries_that_expire_first()
    {
        Learn(s_target, TimeSpan.FromMinutes(1));
        for (int port = 1; port <= BlackholeMemory.Capacity; port++)
            Learn(new IPEndPoint(IPAddress.Parse("203.0.113.10"), port), s_hour);

        _memory.GetAll().Should().HaveCount(BlackholeMemory.Capacity);
        Find(s_target).Should().Be(BlackholeSuspicion.None);
        Find(new IPEndPoint(IPAddress.Parse("203.0.113.10"), BlackholeMemory.Capacity)).Should().Be(BlackholeSuspicion.Confirmed);
    }

    BlackholeSuspicion Find(IPEndPoint target) => _memory.Find(target, LocalPath.Default);

    MptcpBlackhole Learn(IPEndPoint target, TimeSpan period)
    {
        _memory.TrySuspect(target, LocalPath.Default, period).Should().BeTrue();
        return _memory.TryConfirm(target, LocalPath.Default)!;
    }
}
