using System.Net;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The memory of the whole process, so no other test runs beside these.</summary>
[Collection(Alone.Name)]
public sealed class BlackholeTests : IDisposable
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    static readonly IPEndPoint s_target = new(IPAddress.Parse("203.0.113.9"), 443); // a documentation address: RFC 5737

    public BlackholeTests() => MptcpBlackholes.Clear();

    public void Dispose() => MptcpBlackholes.Clear();

    [Fact]
    public void A_destination_is_kept_by_address_and_port()
    {
        BlackholeMemory.Add(s_target, s_hour, out TimeSpan retryIn).Should().BeTrue();

        retryIn.Should().Be(s_hour);
        MptcpBlackholes.Contains(s_target).Should().BeTrue();
        MptcpBlackholes.Contains(new IPEndPoint(s_target.Address, 80)).Should().BeFalse();
        MptcpBlackholes.GetAll().Should().ContainSingle().Which.Occurrences.Should().Be(1);
    }

    [Fact]
    public void What_several_connects_find_out_at_once_counts_once()
    {
        BlackholeMemory.Add(s_target, s_hour, out _);

        BlackholeMemory.Add(s_target, s_hour, out _).Should().BeFalse();

        MptcpBlackholes.GetAll().Single().Occurrences.Should().Be(1);
    }

    [Fact]
    public void Each_time_in_a_row_doubles_the_period_up_to_64_times()
    {
        foreach (int factor in new[] { 1, 2, 4, 8, 16, 32, 64, 64, 64 })
        {
            BlackholeMemory.Add(s_target, TimeSpan.FromTicks(1), out TimeSpan retryIn).Should().BeTrue("a tick has passed");
            retryIn.Should().Be(TimeSpan.FromTicks(factor));
        }
    }

    [Fact]
    public void Forgotten_it_begins_anew()
    {
        BlackholeMemory.Add(s_target, TimeSpan.FromTicks(1), out _);
        BlackholeMemory.Add(s_target, TimeSpan.FromTicks(1), out _);

        BlackholeMemory.Forget(s_target);

        BlackholeMemory.Add(s_target, s_hour, out TimeSpan retryIn);
        retryIn.Should().Be(s_hour);
    }

    [Fact]
    public void Changing_an_end_point_changes_nothing_that_is_kept()
    {
        var target = new IPEndPoint(s_target.Address, 1);
        BlackholeMemory.Add(target, s_hour, out _);

        target.Port = 2;

        MptcpBlackholes.Contains(new IPEndPoint(s_target.Address, 1)).Should().BeTrue();
        MptcpBlackholes.Contains(target).Should().BeFalse();
    }

    [Fact]
    public void No_more_are_kept_than_promised_and_those_that_expire_first_go_first()
    {
        BlackholeMemory.Add(s_target, TimeSpan.FromMinutes(1), out _);
        for (int port = 1; port <= BlackholeMemory.Capacity; port++)
            BlackholeMemory.Add(new IPEndPoint(IPAddress.Parse("203.0.113.10"), port), s_hour, out _);

        MptcpBlackholes.GetAll().Should().HaveCount(BlackholeMemory.Capacity);
        MptcpBlackholes.Contains(s_target).Should().BeFalse();
        MptcpBlackholes.Contains(new IPEndPoint(IPAddress.Parse("203.0.113.10"), 1)).Should().BeTrue();
    }
}
