using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

public class EndpointsHealthTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_check_is_healthy_until_an_endpoint_is_missing_and_names_it()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "mptcp endpoint add 10.9.9.9 id 7 signal", "route add default via 10.1.0.254");
        await using RunningHost running = await RunningHost.StartAsync(
            host, services => services.AddLogging().AddSingleton<TimeProvider>(new StoppedClock()).AddMptcpEndpoints().AddHealthChecks().AddMptcpEndpoints());
        HealthReportEntry healthy = await CheckAsync(running);
        healthy.Status.Should().Be(HealthStatus.Healthy, healthy.Description);
        int room = Math.Min(host.Run(MptcpHostSnapshot.Take).MaximumEndpoints - 2, MptcpEndpointPlan.OwnIds - 1);
        healthy.Data.Should().BeEquivalentTo(new Dictionary<string, object> { ["expected"] = 1, ["actual"] = 1, ["others"] = 1, ["room"] = room });

        // The kernel sends no event when another program removes an endpoint. The service would notice within 30 s, which do not pass here.
        Ip(host, "mptcp endpoint delete id 254");
        HealthReportEntry degraded = await CheckAsync(running);
        degraded.Status.Should().Be(HealthStatus.Degraded);
        degraded.Description.Should().Be($"0 of 1 endpoints are as they should be, with room for {room + 1} more: Add 10.1.0.1 (eth0 carries paths from 10.1.0.1).");

        await running.StopAsync();
        (await CheckAsync(running)).Description.Should().Be("The service that keeps the endpoints does not run.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_check_names_an_address_without_room_and_has_the_status_that_was_asked_for()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up");
        int maximum = host.Run(MptcpHostSnapshot.Take).MaximumEndpoints;
        int room = Math.Min(maximum, MptcpEndpointPlan.OwnIds); // since Linux 7.2, the kernel takes more than the service has ids
        Ip(host, [.. Enumerable.Range(1, room + 1).Select(i => $"address add 10.1.0.{i}/24 dev eth0")]);
        await using RunningHost running = await RunningHost.StartAsync(
            host, services => services.AddLogging().AddMptcpEndpoints(options => options.AlsoWithoutDefaultRoute = true).AddHealthChecks().AddMptcpEndpoints(failureStatus: HealthStatus.Unhealthy));
        HealthReportEntry entry = await CheckAsync(running);
        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().Be($"{room} of {room} endpoints are as they should be, with room for 0 more: Skip 10.1.0.{room + 1} (there is no room for another endpoint for 10.1.0.{room + 1} of eth0).");
    }

    static async Task<HealthReportEntry> CheckAsync(RunningHost running) => (await running.Get<HealthCheckService>().CheckHealthAsync()).Entries["mptcp-endpoints"];
}
