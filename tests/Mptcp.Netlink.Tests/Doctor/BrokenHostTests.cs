using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Breaks real hosts. The doctor finds the trouble, and its remedy opens the second path.</summary>
public class BrokenHostTests
{
    const string Endpoints = "ip mptcp endpoint add WIFI dev wifi subflow; ip mptcp endpoint add CELLULAR dev cellular subflow;";

    /// <summary>Gives a client a second default route with a higher metric, and no rules for its addresses, as DHCP does.</summary>
    const string WithoutRules = "for pref in $(ip rule | sed -n 's/^\\(1[0-9][0-9][0-9]\\):.*from [0-9.]* lookup.*/\\1/p'); do ip rule del pref $pref; done;";

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_healthy_pair_gets_no_finding_and_has_two_paths()
    {
        using var broken = new BrokenHost();
        broken.Client.UseAllLinks();
        Socket client = await broken.ConnectAsync();
        await Eventually.TrueAsync(() => BrokenHost.CountPaths(client) == 2, "the second path comes up");

        foreach (LabHost host in new[] { broken.Client, broken.Server })
            BrokenHost.Examine(host).Where(finding => finding.Id != "kernel-defect").Select(finding => finding.ToString()).Should().BeEmpty();
    }

    /// <param name="finding">The id of the finding.</param>
    /// <param name="setUp">The commands that cause the trouble.</param>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("mptcp-disabled", Endpoints + "sysctl -qw net.mptcp.enabled=0")]
    [InlineData("path-manager", Endpoints + "sysctl -qw net.mptcp.pm_type=1")]
    [InlineData("endpoint-missing", "ip mptcp endpoint add WIFI dev wifi subflow")]
    [InlineData("endpoint-address-gone", "ip mptcp endpoint add 10.99.0.7 dev cellular subflow; ip mptcp endpoint add WIFI dev wifi subflow")]
    [InlineData("endpoint-interface-wrong", "ip mptcp endpoint add WIFI dev wifi subflow; ip mptcp endpoint add CELLULAR dev wifi subflow")]
    [InlineData("endpoint-no-route", Endpoints + WithoutRules + "ip route del default dev cellular")]
    [InlineData("endpoint-link-local", "ip address add 169.254.7.7/16 dev cellular scope link; ip mptcp endpoint add 169.254.7.7 dev cellular subflow; ip mptcp endpoint add WIFI dev wifi subflow")]
    [InlineData("rp-filter-strict", Endpoints + WithoutRules + "sysctl -qw net.ipv4.conf.all.rp_filter=0; sysctl -qw net.ipv4.conf.cellular.rp_filter=1")]
    [InlineData("limit-subflows", Endpoints + "ip mptcp limits set subflows 0")]
    [InlineData("limit-fullmesh", "ip mptcp limits set subflows 0 add_addr_accepted 0; ip mptcp endpoint add WIFI dev wifi subflow; ip mptcp endpoint add CELLULAR dev cellular subflow fullmesh")]
    public async Task The_remedy_for_a_client_opens_its_second_path(string finding, string setUp)
    {
        using var broken = new BrokenHost();
        broken.Shell(broken.Client, setUp);
        BrokenHost.CountPaths(await broken.ConnectAsync()).Should().Be(1);

        await ShouldMendAsync(broken, broken.Client, finding);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_remedy_for_unaccepted_addresses_opens_the_second_path()
    {
        using var broken = new BrokenHost();
        broken.Shell(broken.Server, "ip mptcp endpoint add UPLINK dev uplink2 signal");
        Socket client = await broken.ConnectAsync();
        await Eventually.TrueAsync(() => broken.Client.Read("AddAddr") > 0, "the server announces its address");
        BrokenHost.CountPaths(client).Should().Be(1);

        await ShouldMendAsync(broken, broken.Client, "announced-not-accepted");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_remedy_for_a_missing_rule_opens_the_second_path()
    {
        using var broken = new BrokenHost();
        broken.Shell(broken.Client, "ip mptcp limits set subflows 2 add_addr_accepted 2; sysctl -qw net.ipv4.conf.all.rp_filter=0");
        broken.Shell(broken.Server, WithoutRules + "ip mptcp endpoint add UPLINK dev uplink2 signal");

        await ShouldMendAsync(broken, broken.Server, "signal-no-rule");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_remedy_for_a_subflow_endpoint_on_a_server_opens_the_second_path()
    {
        using var broken = new BrokenHost();
        broken.Shell(broken.Client, "ip mptcp limits set subflows 2 add_addr_accepted 2");
        broken.Shell(broken.Server, "ip mptcp endpoint add UPLINK dev uplink2 subflow");
        BrokenHost.CountPaths(await broken.ConnectAsync()).Should().Be(1);

        await ShouldMendAsync(broken, broken.Server, "endpoint-subflow-server");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_remedy_for_rejected_subflows_opens_the_second_path()
    {
        using var broken = new BrokenHost();
        if (!broken.Server.Run(() => MptcpCounters.Read()).Names.Contains("MPJoinRejected"))
            Needs.KernelLacks("that counts rejected subflows (MPJoinRejected).");

        broken.Shell(broken.Server, "ip mptcp limits set subflows 0");
        broken.Shell(broken.Client, Endpoints);
        Socket client = await broken.ConnectAsync();
        await Eventually.TrueAsync(() => broken.Server.Read("MPJoinRejected") > 0, "the server rejects the second path");
        BrokenHost.CountPaths(client).Should().Be(1);

        await ShouldMendAsync(broken, broken.Server, "join-rejected");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_remedy_for_a_remembered_blackhole_enables_MPTCP_again()
    {
        using var broken = new BrokenHost();
        broken.Shell(broken.Client, Endpoints);
        using (broken.Wifi.DropMptcpSyns())
            await broken.ConnectAsync();

        Socket avoiding = await broken.ConnectAsync();
        if (broken.Client.Read("Blackhole") == 0)
            Needs.KernelLacks("that detects blackholes (Linux 6.12).");

        avoiding.GetMptcpState().Should().Be(MptcpState.FellBack);

        await ShouldMendAsync(broken, broken.Client, "blackhole");
    }

    /// <param name="broken">The two hosts.</param>
    /// <param name="host">The examined host.</param>
    /// <param name="id">The id of the finding.</param>
    static async Task ShouldMendAsync(BrokenHost broken, LabHost host, string id)
    {
        IReadOnlyList<MptcpFinding> findings = BrokenHost.Examine(host);
        findings.Should().Contain(finding => finding.Id == id && finding.Remedy.Count > 0, "these were found: {0}", string.Join("; ", findings));

        foreach (string command in findings.SelectMany(finding => finding.Remedy))
            host.Execute("sh", "-ec", command);

        MptcpHostSnapshot repaired = host.Run(MptcpHostSnapshot.Take);
        Socket client = await broken.ConnectAsync();
        await Eventually.TrueAsync(() => BrokenHost.CountPaths(client) >= 2, $"the second path comes up after {string.Join("; ", findings.SelectMany(finding => finding.Remedy))}");
        BrokenHost.Examine(host, repaired).Should().NotContain(finding => finding.Id == id && finding.Severity > MptcpFindingSeverity.Information);
    }
}
