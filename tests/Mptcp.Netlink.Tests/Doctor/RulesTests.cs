using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using Mptcp.Netlink.Doctor;
using Mptcp.Sockets;
using static Mptcp.Netlink.Tests.Doctor.ExampleHost;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Each rule of the doctor, with a snapshot of a host that has the trouble.</summary>
public class RulesTests
{
    /// <summary>The finding for each host, and a part of its remedy or evidence.</summary>
    static readonly (string Id, MptcpHostSnapshot Host, string Says)[] s_troubles =
    [
        ("mptcp-unavailable", Without(MptcpUnavailableReason.NotCompiled, "6.6.0"), "CONFIG_MPTCP=y"),
        ("mptcp-unavailable", Without(MptcpUnavailableReason.NotCompiled, "5.15.167.4-microsoft-standard-WSL2"), ".wslconfig"),
        ("mptcp-unavailable", Without(MptcpUnavailableReason.KernelTooOld, "4.19"), "Linux 5.6"),
        ("mptcp-unavailable", Without(MptcpUnavailableReason.BlockedByPolicy, "6.12"), "seccomp"),
        ("mptcp-unavailable", Without(MptcpUnavailableReason.DisabledBySwitch, "6.12"), "MPTCP_SOCKETS_DISABLED"),
        ("mptcp-unavailable", Without(MptcpUnavailableReason.Unknown, "6.12"), "MptcpCapabilities.Probe().Explanation"),
        ("mptcp-disabled", Healthy.WithSetting("enabled", "0"), "sysctl -w net.mptcp.enabled=1"),
        ("path-manager", Healthy.WithSetting("path_manager", "userspace"), "sysctl -w net.mptcp.path_manager=kernel"),
        ("path-manager", Healthy with { Settings = Settings(("enabled", "1"), ("pm_type", "1")) }, "sysctl -w net.mptcp.pm_type=0"),
        ("other-manager", Managed("NetworkManager"), "nmcli general reload conf"),
        ("other-manager", Managed("mptcpd"), "systemctl disable --now mptcp.service"),
        ("other-manager", Managed("mptcpd", MptcpEndpointPlan.FirstOwnId), "AddMptcpEndpoints owns 1 endpoint (ids"),
        ("endpoints-unreadable", Healthy with { Endpoints = null }, "CAP_NET_ADMIN"),
        ("blackhole", Healthy.WithCounters(("Blackhole", 1), ("MPCapableSYNTXDisabled", 3)), "sysctl -w net.mptcp.blackhole_timeout=3600"),
        ("kernel-defect", Healthy with { KernelVersion = new(5, 15), KernelRelease = "5.15.0" }, "issue 311"),
        ("kernel-defect", Healthy with { KernelVersion = new(6, 1, 100), KernelRelease = "6.1.100" }, "blackhole_timeout"),
        ("kernel-defect", Healthy with { KernelVersion = new(6, 8), KernelRelease = "6.8.0-31-generic" }, "cfbbd4859882"),
        ("kernel-defect", Healthy with { KernelVersion = new(6, 8), KernelRelease = "6.8.0-31-generic" }, "issue 534"),
        ("kernel-defect", Healthy with { KernelVersion = new(6, 18, 44), KernelRelease = "6.18.44" }, "kernel-report.md"),
        ("rp-filter-strict", Healthy.WithInterface(2, network => network with { ReversePathFilter = 1 }), "sysctl -w net/ipv4/conf/wwan0/rp_filter=2"),
        ("rp-filter-strict", Healthy.WithInterface(2, network => network with { ReversePathFilter = 1 }) with { Endpoints = [Endpoint(1, Wifi)] }, "wwan0"),
        ("rp-filter-strict", Healthy.WithAddress(2, address => address with { DefaultRoute = null }).WithInterface(2, network => network with { ReversePathFilter = 1 }), "wwan0"),
        ("signal-no-rule", Server with { Rules = [] }, $"ip rule add pref 32001 from {Cellular}/32 lookup 19802 protocol 222"),
        ("signal-no-rule", Server with { Rules = [] }, "mptcp routes apply"),
        ("signal-no-rule", Server with { Rules = [] }, "answers from this address leave by wlan0: no rule sends them over wwan0"),
        ("signal-no-rule", Server with { Rules = [], Interfaces = [Server.Interfaces[1]] }, "leave by an interface that is gone"),
        ("signal-no-rule", WithRule(rule => rule with { Table = 43 }), "no rule sends them over wwan0"),
        ("signal-no-rule", WithRule(rule => rule with { IsInverted = true }), "no rule sends them over wwan0"),
        ("signal-no-rule", WithRule(rule => rule with { Action = 6 }), "no rule sends them over wwan0"),
        ("signal-no-rule", WithRule(rule => rule with { From = IPNetwork.Parse("0.0.0.0/0") }), "no rule sends them over wwan0"),
        ("signal-no-rule", WithRule(rule => rule with { From = IPNetwork.Parse($"{Wifi}/32") }), "no rule sends them over wwan0"),
        ("signal-no-rule", (Server with { Rules = [] }).WithEndpoint(2, endpoint => endpoint with { Id = 200 }), "set its option Routing to Manage"),
        ("signal-no-rule", (Server with { Rules = [], DefaultRoutes = [Route(1, 100)] }).WithAddress(2, address => address with { DefaultRoute = null }), "via ROUTER dev wwan0"),
        ("signal-no-rule", Server with { Rules = [], DefaultRoutes = [.. Server.DefaultRoutes, Route(2, 1) with { Table = 19_802 }] }, "uses the routing table 19802"),
        ("address-twice", Healthy.WithAddress(2, address => address with { Address = IPAddress.Parse(Wifi) }), $"ip address delete {Wifi}/24 dev wwan0"),
        ("mtu-differs", Healthy.WithInterface(2, network => network with { Mtu = 1400 }), "wwan0 1400"),
        ("endpoint-address-gone", Healthy.WithEndpoint(2, endpoint => endpoint with { Address = IPAddress.Parse("198.51.100.77") }), "ip mptcp endpoint delete id 2"),
        ("endpoint-interface-wrong", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 1 }), $"ip mptcp endpoint add {Cellular} dev wwan0 subflow"),
        ("endpoint-interface-wrong", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 1, InterfaceName = "wlan0" }), $"binds {Cellular} to wlan0, and the address is on wwan0"),
        ("endpoint-interface-wrong", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 1, Port = 5000 }), $"ip mptcp endpoint add {Cellular} port 5000 dev wwan0 subflow"),
        ("endpoint-interface-wrong", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 9, InterfaceName = null }), "which does not exist"),
        ("endpoint-interface-down", Healthy.WithInterface(2, network => network with { IsUp = false }), "ip link set wwan0 up"),
        ("endpoint-no-route", Healthy.WithAddress(2, address => address with { DefaultRoute = null }) with { DefaultRoutes = [Route(1, 100), Route(2, 1) with { Table = 42 }] }, $"ip rule add from {Cellular} table 42"),
        ("endpoint-no-route", Healthy.WithAddress(2, address => address with { DefaultRoute = null }) with { DefaultRoutes = [Route(1, 100)] }, "ip route add default via ROUTER dev wwan0"),
        ("endpoint-no-route", WithIPv6, "ip -6 route add default via ROUTER dev wwan0"),
        ("endpoint-missing", Healthy with { Endpoints = [Endpoint(1, Wifi)] }, $"ip mptcp endpoint add {Cellular} dev wwan0 subflow"),
        ("endpoint-link-local", Healthy.WithAddress(2, address => address with { CarriesPaths = false, IsReady = false }), "ip mptcp endpoint delete id 2"),
        ("endpoint-vpn", Healthy.WithInterface(2, network => network with { Name = "wg0" }), "tunnel"),
        ("endpoint-temporary", Healthy.WithAddress(2, address => address with { CarriesPaths = false, IsTemporary = true }), "RFC 8981"),
        ("endpoint-signal-subflow", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = MptcpEndpointFlags.Signal | MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup }), $"ip mptcp endpoint add {Cellular} dev wwan0 subflow backup"),
        ("endpoint-subflow-server", Server.WithEndpoint(2, endpoint => endpoint with { Flags = MptcpEndpointFlags.Subflow }), $"ip mptcp endpoint add {Cellular} dev wwan0 signal"),
        ("limit-subflows", Healthy with { Limits = new MptcpLimits(0, 0) }, "ip mptcp limits set subflows 1"),
        ("limit-fullmesh", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = MptcpEndpointFlags.Subflow | MptcpEndpointFlags.FullMesh }) with { Limits = new MptcpLimits(2, 3) }, "ip mptcp limits set subflows 4"),
        ("limit-subflows", WithThirdPath with { Limits = new MptcpLimits(1, 0) }, "ip mptcp limits set subflows 2"),
        ("announced-not-accepted", Healthy.WithCounters(("AddAddr", 2)), "ip mptcp limits set add_addr_accepted 2 subflows 2"),
        ("join-bind", Healthy.WithCounters(("MPJoinSynTxBindErr", 1)), "1 further subflow could not be bound"),
        ("join-connect", Healthy.WithCounters(("MPJoinSynTxConnectErr", 2), ("MPJoinSynAckRx", 5)), "2 further subflows found no route"),
        ("join-rejected", Healthy.WithCounters(("MPJoinRejected", 1)), "ip mptcp limits set subflows 4"),
        ("join-hmac", Healthy.WithCounters(("MPJoinAckHMacFailure", 1)), "HMAC"),
        ("join-hmac", Healthy.WithCounters(("MPJoinSynAckHMacFailure", 1), ("MPJoinAckHMacFailure", 2)), "3 further subflows failed"),
        ("join-option-stripped", Healthy.WithCounters(("MPJoinSynTx", 1), ("MPJoinSynAckNoMPJoin", 1)), "1 further subflow lost the MPTCP option"),
        ("join-unanswered", Healthy.WithCounters(("MPJoinSynTx", 3), ("MPJoinSynAckRx", 1), ("MPJoinSynTxBindErr", 1)), "1 of 3 further subflows"),
        ("join-no-token", Healthy.WithCounters(("MPJoinNoTokenFound", 4)), "sysctl -w net.mptcp.allow_join_initial_addr_port=0"),
        ("connection-no-path", Healthy with { Connections = [Connection(TcpState.Closed)] }, "0000abcd"),
    ];

    internal static IEnumerable<MptcpFinding> Findings => s_troubles.SelectMany(trouble => MptcpDoctor.Examine(trouble.Host));

    public static TheoryData<int> Troubles => [.. Enumerable.Range(0, s_troubles.Length)];

    [Theory]
    [MemberData(nameof(Troubles))]
    public void Each_trouble_gets_its_finding(int number)
    {
        (string id, MptcpHostSnapshot host, string says) = s_troubles[number];

        MptcpFinding[] findings = [.. MptcpDoctor.Examine(host).Where(finding => finding.Id == id)];

        findings.Select(finding => string.Join(" | ", [finding.Subject, finding.Evidence, finding.Advice, .. finding.Remedy])).Should().Contain(text => text.Contains(says));
        findings.Should().OnlyContain(finding => finding.Link == $"docs/doctor.md#{id}");
    }

    [Fact]
    public void A_healthy_client_and_a_healthy_server_get_no_finding()
    {
        MptcpDoctor.Examine(Healthy).Should().BeEmpty();
        MptcpDoctor.Examine(Server).Should().BeEmpty();
        MptcpDoctor.Examine(Healthy with { OtherManagers = [new MptcpEndpointManager { Name = "NetworkManager", ProcessId = 1 }] }).Should().BeEmpty("one manager alone is not a problem");
        MptcpDoctor.Examine(Healthy.WithCounters(("MPJoinSynTx", 101), ("MPJoinSynAckRx", 100))).Should().BeEmpty("a few joins fail everywhere");
        MptcpDoctor.Examine(Healthy with { Connections = [Connection(TcpState.Established, TcpState.SynSent)] }).Should().BeEmpty();
        MptcpDoctor.Examine(Healthy.WithCounters(("MPJoinSynTxCreatSkErr", 3))).Should().BeEmpty("a program that closes a connection before its paths are open causes that");
        MptcpDoctor.Examine(Healthy with { KernelVersion = new(6, 8, 12), KernelRelease = "6.8.12-arch1" }).Should().NotContain(finding => finding.Evidence.Contains("Ubuntu"));
    }

    [Theory]
    [InlineData("blackhole", "MPCapableSYNTXDisabled")]
    [InlineData("join-bind", "MPJoinSynTxBindErr")]
    [InlineData("join-connect", "MPJoinSynTxConnectErr")]
    [InlineData("join-rejected", "MPJoinRejected")]
    [InlineData("join-hmac", "MPJoinAckHMacFailure")]
    [InlineData("join-unanswered", "MPJoinSynTx")]
    [InlineData("join-no-token", "MPJoinNoTokenFound")]
    public void A_counter_is_only_noted_but_a_count_since_an_earlier_snapshot_is_a_warning(string id, string counter)
    {
        MptcpHostSnapshot before = Healthy.WithCounters((counter, 7)) with { Time = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero) }, after = Healthy.WithCounters((counter, 9));

        MptcpDoctor.Examine(after).Should().ContainSingle(finding => finding.Id == id)
            .Which.Should().Match<MptcpFinding>(finding => finding.Severity == MptcpFindingSeverity.Information && finding.Evidence.Contains("Since this network namespace was made, "));
        MptcpDoctor.Examine(after, new MptcpDoctorOptions { Before = before }).Should().ContainSingle(finding => finding.Id == id)
            .Which.Should().Match<MptcpFinding>(finding => finding.Severity == MptcpFindingSeverity.Warning && finding.Evidence.Contains("Since 2026-05-04 03:02:01Z, ") && Regex.IsMatch(finding.Evidence, @"\b2\b"));
        MptcpDoctor.Examine(after, new MptcpDoctorOptions { Before = after }).Should().NotContain(finding => finding.Id == id);
    }

    /// <summary>The counters begin anew when the machine starts, so they can be lower than before.</summary>
    [Fact]
    public void Counters_that_are_lower_than_before_are_no_failures()
    {
        MptcpHostSnapshot before = Healthy.WithCounters(("MPJoinSynTx", 50), ("MPJoinSynAckRx", 50), ("MPJoinAckRx", 50), ("MPJoinRejected", 1), ("MPJoinNoTokenFound", 1), ("AddAddr", 1));

        MptcpDoctor.Examine(Healthy.WithCounters(("MPJoinRejected", 1)), new MptcpDoctorOptions { Before = before }).Should().BeEmpty();
    }

    [Fact]
    public void A_metered_interface_should_be_a_backup()
    {
        var options = new MptcpDoctorOptions();
        options.Endpoints.Interfaces.Metered.Add("wwan*");

        MptcpFinding finding = MptcpDoctor.Examine(Healthy, options).Should().ContainSingle().Subject;

        finding.Remedy.Should().Equal("ip mptcp endpoint change id 2 backup");
        (finding.Id, finding.Subject).Should().Be(("endpoint-metered", Cellular));
        foreach (MptcpEndpointFlags flags in new[] { MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup, MptcpEndpointFlags.Signal })
        {
            MptcpDoctor.Examine(Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = flags }), options)
                .Should().NotContain(other => other.Id == "endpoint-metered", "data flows over a backup only if no other path works, and the peer decides about an announced address");
        }
    }

    /// <summary>The other flags of an endpoint stay when its role changes.</summary>
    [Theory]
    [InlineData("endpoint-signal-subflow", false, MptcpEndpointFlags.Signal | MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup, "subflow backup")]
    [InlineData("endpoint-signal-subflow", true, MptcpEndpointFlags.Signal | MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup, "signal backup")]
    [InlineData("endpoint-subflow-server", true, MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup, "signal backup")]
    [InlineData("endpoint-subflow-server", true, MptcpEndpointFlags.Subflow | MptcpEndpointFlags.FullMesh, "signal")]
    public void An_endpoint_of_the_wrong_role_is_added_again_with_the_right_one(string id, bool isServer, MptcpEndpointFlags flags, string added)
    {
        MptcpHostSnapshot host = (isServer ? Server : Healthy).WithEndpoint(2, endpoint => endpoint with { Flags = flags });

        MptcpDoctor.Examine(host).Single(finding => finding.Id == id).Remedy
            .Should().Equal("ip mptcp endpoint delete id 2", $"ip mptcp endpoint add {Cellular} dev wwan0 {added}");
    }

    [Theory]
    [InlineData("userspace", "path_manager", "kernel", "net.mptcp.path_manager=userspace", false)]
    [InlineData("userspace", "pm_type", "0", "net.mptcp.pm_type=1", false)]
    [InlineData("kernel", "path_manager", "userspace", "net.mptcp.path_manager=kernel", true)]
    [InlineData("kernel", "pm_type", "1", "net.mptcp.pm_type=0", true)]
    public void The_path_manager_of_the_options_is_set(string wanted, string setting, string used, string set, bool ignoresEndpoints)
    {
        MptcpHostSnapshot host = Healthy with { Settings = Settings(("enabled", "1"), (setting, used)) };

        MptcpFinding finding = MptcpDoctor.Examine(host, new MptcpDoctorOptions { PathManager = wanted }).Should().ContainSingle().Subject;

        finding.Remedy.Should().Equal($"sysctl -w {set}");
        finding.Evidence.Contains("neither endpoints nor limits").Should().Be(ignoresEndpoints);
    }

    [Fact]
    public void A_limit_of_subflows_that_leaves_some_paths_is_less_severe_than_one_that_leaves_none()
    {
        Severity(0).Should().Be(MptcpFindingSeverity.Error);
        Severity(1).Should().Be(MptcpFindingSeverity.Warning);

        static MptcpFindingSeverity Severity(int limit) =>
            MptcpDoctor.Examine(WithThirdPath with { Limits = new MptcpLimits(limit, 0) }).Single(finding => finding.Id == "limit-subflows").Severity;
    }

    [Fact]
    public void Announced_addresses_matter_less_to_a_host_whose_connections_have_several_paths()
    {
        MptcpHostSnapshot host = Healthy.WithCounters(("AddAddr", 2));

        Find(host).Severity.Should().Be(MptcpFindingSeverity.Warning);
        Find(host with { Connections = [Connection(TcpState.Established)] }).Severity.Should().Be(MptcpFindingSeverity.Warning);
        Find(host with { Connections = [Connection(TcpState.Established), Connection(TcpState.Established, TcpState.Established)] }).Severity.Should().Be(MptcpFindingSeverity.Information);
        Find(host with { Limits = new MptcpLimits(5, 0) }).Remedy.Should().Equal("ip mptcp limits set add_addr_accepted 2 subflows 5");

        static MptcpFinding Find(MptcpHostSnapshot host) => MptcpDoctor.Examine(host).Single(finding => finding.Id == "announced-not-accepted");
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(7, 8)]
    [InlineData(null, 2)]
    public void The_limit_of_a_server_that_rejects_paths_is_raised_as_far_as_the_kernel_allows(int? limit, int raised)
    {
        MptcpHostSnapshot host = Healthy.WithCounters(("MPJoinRejected", 3), ("MPJoinAckRx", 7)) with { Limits = limit is { } extra ? new MptcpLimits(extra, 0) : null };

        MptcpFinding finding = MptcpDoctor.Examine(host).Single(finding => finding.Id == "join-rejected");

        finding.Remedy.Should().Equal($"ip mptcp limits set subflows {raised}");
        finding.Evidence.Should().Contain("rejected 3 further subflows of peers and accepted 7");
    }

    [Theory]
    [InlineData("5.5", "5.5.19", 0)]
    [InlineData("5.6", "5.6.0", 2)]
    [InlineData("5.18.19", "5.18.19", 2)]
    [InlineData("5.19", "5.19.0", 1)]
    [InlineData("6.6.99", "6.6.99", 1)]
    [InlineData("6.7", "6.7.0", 2)]
    [InlineData("6.8", "6.8.0-31-generic", 3)]
    [InlineData("6.9", "6.9.0", 2)]
    [InlineData("6.11.11", "6.11.11", 2)]
    [InlineData("6.12", "6.12.0", 0)]
    [InlineData("6.14.11", "6.14.11", 0)]
    [InlineData("6.15", "6.15.0", 1)]
    [InlineData("6.18.44", "6.18.44", 1)]
    [InlineData("6.19", "6.19.0", 0)]
    public void A_kernel_has_the_defects_of_its_version(string version, string release, int defects) =>
        MptcpDoctor.Examine(Healthy with { KernelVersion = new Version(version), KernelRelease = release }).Count(finding => finding.Id == "kernel-defect").Should().Be(defects);

    [Fact]
    public void A_host_whose_peers_are_neighbours_needs_no_default_route()
    {
        var options = new MptcpDoctorOptions();
        options.Endpoints.AlsoWithoutDefaultRoute = true;

        MptcpDoctor.Examine(Healthy.WithAddress(2, address => address with { DefaultRoute = null }), options).Should().BeEmpty();
    }

    [Theory]
    [InlineData("peer-no-route", MptcpProbeOutcome.NoRoute)]
    [InlineData("peer-no-answer", MptcpProbeOutcome.NoAnswer)]
    [InlineData("peer-refused", MptcpProbeOutcome.Refused)]
    [InlineData("peer-option-stripped", MptcpProbeOutcome.OptionStripped)]
    [InlineData("peer-syn-dropped", MptcpProbeOutcome.SynDropped)]
    [InlineData("peer-syn-reset", MptcpProbeOutcome.SynReset)]
    [InlineData("peer-without-mptcp", MptcpProbeOutcome.PeerWithoutMptcp)]
    [InlineData("peer-join-refused", MptcpProbeOutcome.JoinRefused)]
    [InlineData("peer-join-dropped", MptcpProbeOutcome.JoinDropped)]
    public void A_probe_gives_a_finding_of_its_own(string id, MptcpProbeOutcome outcome)
    {
        foreach (MptcpProbeResult peer in new[] { Probe(tcpOver: outcome), Probe(mptcpOver: outcome), Probe(joinOver: outcome) })
        {
            MptcpFinding finding = MptcpDoctor.Examine(Healthy, peer: peer).Should().ContainSingle().Subject;
            (finding.Id, finding.Subject, finding.Severity).Should().Be((id, "203.0.113.1:443 over wwan0", MptcpFindingSeverity.Warning));
        }

        foreach (MptcpProbeResult peer in new[] { Probe(tcp: outcome), Probe(mptcp: outcome) })
            MptcpDoctor.Examine(Healthy, peer: peer).Should().ContainSingle().Which.Should().Match<MptcpFinding>(finding => finding.Id == id && finding.Subject == "203.0.113.1:443");
    }

    [Fact]
    public void The_document_has_a_section_for_each_finding()
    {
        string[] sections = [.. Regex.Matches(File.ReadAllText(Repository.PathOf("docs/doctor.md")), "^### (.+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

        sections.Should().Equal([.. Examination.Rules.Select(rule => rule.Id), .. PathRules.All.Select(rule => rule.Id)]);
        s_troubles.Select(trouble => trouble.Id).Distinct().Should().BeEquivalentTo(
            Examination.Rules.Select(rule => rule.Id).Where(id => id != "endpoint-metered" && !id.StartsWith("peer-", StringComparison.Ordinal)), "each rule has an example here, or a test of its own");
    }

    [Fact]
    public void The_most_severe_findings_come_first()
    {
        IReadOnlyList<MptcpFinding> findings = MptcpDoctor.Examine((Healthy with { KernelVersion = new(6, 1) }).WithSetting("enabled", "0").WithCounters(("AddAddr", 1)));

        findings.Select(finding => finding.Severity).Should().Equal(MptcpFindingSeverity.Error, MptcpFindingSeverity.Warning, MptcpFindingSeverity.Information);
        findings[0].ToString().Should().StartWith("Error mptcp-disabled: net.mptcp.enabled is 0");
    }

    static MptcpHostSnapshot WithIPv6 => Healthy.WithInterface(2, network => network with { Addresses = [.. network.Addresses, new MptcpInterfaceAddress(IPAddress.Parse("2001:db8::2"), IsReady: true)] })
        with { Endpoints = [.. Healthy.Endpoints!, Endpoint(2, "2001:db8::2") with { Id = 3 }] };

    static MptcpHostSnapshot WithRule(Func<MptcpHostRule, MptcpHostRule> change) => Server with { Rules = [change(Server.Rules[0])] };

    static MptcpHostSnapshot Managed(string name, byte id = MptcpEndpointPlan.LastOwnId) => Healthy.WithEndpoint(2, endpoint => endpoint with { Id = id }) with
    {
        OtherManagers = [new MptcpEndpointManager { Name = name, ProcessId = 7 }],
    };
}
