using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mptcp.Sockets.AspNetCore.Tests;

public class HealthTests
{
    [Theory]
    [InlineData(MptcpMode.Preferred)]
    [InlineData(MptcpMode.Required)]
    public async Task The_check_is_healthy_and_lists_capabilities_if_the_system_has_MPTCP(MptcpMode mode)
    {
        Needs.Mptcp();

        HealthReportEntry entry = await CheckAsync(checks => checks.AddMptcp(mode: mode, tags: ["network"]));

        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Description.Should().Be(MptcpCapabilities.Probe().Explanation);
        entry.Data.Should().Contain("IsSupported", true).And.Contain("KernelVersion", MptcpCapabilities.Probe().KernelVersion!.ToString());
        entry.Tags.Should().Equal("network");
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        IHealthChecksBuilder checks = new ServiceCollection().AddHealthChecks();

        FluentActions.Invoking(() => checks.AddMptcp(mode: (MptcpMode)3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => checks.AddMptcp(name: null!)).Should().Throw<ArgumentNullException>();
    }

    internal static async Task<HealthReportEntry> CheckAsync(Action<IHealthChecksBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddLogging().AddHealthChecks());
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries.Should().ContainKey("mptcp").WhoseValue;
    }
}
