namespace Mptcp.Netlink.Tests;

public class SettingsTests
{
    /// <summary>Each file is a setting with the same name. The typed properties agree with the text.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public void Settings_have_the_values_and_units_of_the_network_namespace()
    {
        using var one = new OneHost();
        one.Host.SetSysctl("net.mptcp.add_addr_timeout", "77");
        one.Host.SetSysctl("net.mptcp.stale_loss_cnt", "3");
        one.Host.SetSysctl("net.mptcp.checksum_enabled", "1");

        MptcpSettings settings = one.Host.Run(MptcpSettings.Read);

        settings.Values.Keys.Should().BeEquivalentTo(one.Host.Execute("ls", "/proc/sys/net/mptcp").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        settings.AddAddressTimeout.Should().Be(TimeSpan.FromSeconds(77));
        settings.StaleLossCount.Should().Be(3);
        (settings.IsEnabled, settings.UsesChecksum, settings.AllowsJoinToInitialAddress).Should().Be((true, true, true));
        settings.PathManager.Should().Be(settings["path_manager"] ?? "kernel");
        settings.AvailableSchedulers?.Should().Contain(settings.Scheduler!);
    }

    [Fact]
    public void A_setting_that_the_kernel_does_not_have_is_null()
    {
        var settings = new MptcpSettings(new Dictionary<string, string> { ["enabled"] = "1", ["pm_type"] = "1", ["add_addr_v6_port_drop_ts"] = "0", ["new_one"] = "x" });
        settings.IsEnabled.Should().BeTrue();
        settings.PathManager.Should().Be("userspace");
        settings.AnnouncesIPv6PortsWithoutTimestamps.Should().BeFalse();
        settings["new_one"].Should().Be("x");
        new object?[] { settings["scheduler"], settings.Scheduler, settings.BlackholeTimeout, settings.CloseTimeout, settings.StaleLossCount, settings.UsesChecksum, settings.AvailablePathManagers }
            .Should().AllSatisfy(value => value.Should().BeNull());
    }
}
