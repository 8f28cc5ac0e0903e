using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class CapabilitiesTests
{
    [Fact]
    public void Capabilities_describe_this_system()
    {
        Needs.Mptcp();

        MptcpCapabilities capabilities = MptcpCapabilities.Probe();

        capabilities.IsSupported.Should().BeTrue();
        capabilities.UnavailableReason.Should().Be(MptcpUnavailableReason.None);
        capabilities.SupportsIPv4.Should().BeTrue();
        capabilities.SupportsOrdinarySockets.Should().BeTrue();
        capabilities.KernelVersion.Should().BeGreaterThanOrEqualTo(new Version(5, 6));
        capabilities.Explanation.Should().NotBeEmpty();
    }

    /// <summary>
    /// Each option came with a kernel version (mptcp.dev). Distributions backport, so only the options that must exist are asserted.
    /// </summary>
    [Fact]
    public void Capabilities_include_the_features_of_the_kernel_version()
    {
        Needs.Mptcp();

        MptcpCapabilities capabilities = MptcpCapabilities.Probe();

        capabilities.SupportsStateOption.Should().Be(capabilities.KernelVersion >= new Version(6, 10) || capabilities.SupportsStateOption);
        if (capabilities.KernelVersion >= new Version(5, 16))
        {
            capabilities.SupportsInfo.Should().BeTrue();
            capabilities.SupportsSubflowInfo.Should().BeTrue();
        }

        if (capabilities.KernelVersion >= new Version(6, 5))
            capabilities.SupportsFullInfo.Should().BeTrue();

        if (capabilities.KernelVersion >= new Version(6, 10))
            capabilities.SupportsStateOption.Should().BeTrue();
    }

    [Fact]
    public void The_report_is_readable()
    {
        Needs.Mptcp();

        string report = MptcpCapabilities.Probe().ToString();

        report.Should().StartWith("Multipath TCP: available");
        report.Split(Environment.NewLine).Should().Contain(line => line.StartsWith("  kernel ")).And.Contain(line => line.EndsWith(" ordinary"));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Sockets_are_wrapped_and_work_without_the_graft()
    {
        Needs.Mptcp();

        Child.Result result = await Witness.RunAsync(["wrapped"]);

        result.ShouldSucceed().Output.TrimEnd().Should().Be("all well");
    }
}
