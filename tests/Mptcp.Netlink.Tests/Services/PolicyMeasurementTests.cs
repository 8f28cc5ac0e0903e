using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Tests.Support;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Limits how often the kernel is asked, because it lists all TCP sockets to find the subflows of connections.</summary>
public class PolicyMeasurementTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Measuring_takes_at_most_a_tenth_of_the_time()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var clock = new StoppedClock();
        var policy = new Slow(clock);
        var caller = new PolicyCaller(policy, kernel, new CollectedLogs(), clock);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await caller.LookAsync(CancellationToken.None);

        await MeasureAfterAsync(TimeSpan.Zero);
        policy.Heard.Should().Equal("established", "measured");
        await MeasureAfterAsync(10 * Slow.Cost - TimeSpan.FromTicks(1));
        policy.Heard.Should().HaveCount(2);
        await MeasureAfterAsync(TimeSpan.FromTicks(1));
        policy.Heard.Should().Equal("established", "measured", "measured");

        Task MeasureAfterAsync(TimeSpan time)
        {
            clock.Now += time;
            return caller.MeasureAsync(CancellationToken.None);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_during_a_measurement_is_not_lost()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var clock = new StoppedClock();
        var policy = new Slow(clock);
        var caller = new PolicyCaller(policy, kernel, new CollectedLogs(), clock);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await caller.LookAsync(CancellationToken.None);
        await caller.MeasureAsync(CancellationToken.None);
        policy.MeasurementRequests.Reader.TryRead(out _).Should().BeFalse();
        caller.Rest.Should().Be(10 * Slow.Cost);

        await caller.MeasureAsync(CancellationToken.None);
        policy.MeasurementRequests.Reader.TryRead(out _).Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_policy_can_request_measurements()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Curious>());
        Curious policy = UserspacePaths.Get<Curious>(running);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await policy.HeardAsync("measured");
        policy.MeasurementInterval.Should().BeNull();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1L << 31)]
    public async Task An_invalid_interval_prevents_the_start_of_the_host(long milliseconds)
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        Func<Task> start = () => RunningHost.StartAsync(
            hosts.Client, services => services.AddSingleton(new Interval(TimeSpan.FromMilliseconds(milliseconds))).AddMptcpPathPolicy<Regular>());
        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*MeasurementInterval*Regular must be from 1 ms to 2147483647 ms, or null for none. It is *");
    }

    /// <summary>The kernel cannot be asked any more, so a request fails.</summary>
    [Fact]
    public async Task Events_cost_no_list_and_many_events_cost_one()
    {
        Needs.Mptcp();
        PathKernel kernel = PathKernel.Open();
        kernel.Dispose();
        var logs = new CollectedLogs();
        var policy = new MptcpInterfacesPolicy(Options.Create(new MptcpInterfacesPolicyOptions()), logs);
        var caller = new PolicyCaller(policy, kernel, logs, TimeProvider.System);
        IPEndPoint local = new(IPAddress.Parse("192.0.2.1"), 1), remote = new(IPAddress.Parse("192.0.2.2"), 2);
        for (uint token = 1; token <= 100; token++)
        {
            await caller.TakeAsync(new MptcpConnectionEstablished(token, local, remote), CancellationToken.None);
            await caller.TakeAsync(new MptcpSubflowEstablished(token, local, remote), CancellationToken.None);
            await caller.TakeAsync(new MptcpAddressAnnounced(token, 1, remote), CancellationToken.None);
        }

        await caller.ChangeInterfacesAsync([new MptcpInterface(2, "eth0", [new MptcpInterfaceAddress(local.Address, IsReady: true)])], CancellationToken.None);

        policy.Connections.Should().HaveCount(100);
        logs.Entries.Should().BeEmpty();
        policy.MeasurementRequests.Reader.Count.Should().Be(1);
    }

    sealed class Slow(StoppedClock clock) : Witness
    {
        internal static readonly TimeSpan Cost = TimeSpan.FromSeconds(1);

        public override ValueTask OnMeasuredAsync(MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken)
        {
            clock.Now += Cost;
            return base.OnMeasuredAsync(connection, measured, cancellationToken);
        }
    }

    sealed record Interval(TimeSpan Value);

    sealed class Regular(Interval interval) : Witness
    {
        public override TimeSpan? MeasurementInterval => interval.Value;
    }

    sealed class Curious : Witness
    {
        public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            RequestMeasurement();
            return base.OnConnectionEstablishedAsync(connection, cancellationToken);
        }
    }
}
