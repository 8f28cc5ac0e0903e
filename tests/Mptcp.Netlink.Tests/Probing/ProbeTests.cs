using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.MptcpProbeOutcome;

namespace Mptcp.Netlink.Tests.Probing;

/// <summary>Probes real servers of other projects, behind firewalls that strip, drop and reset.</summary>
public class ProbeTests
{
    const int Tcp = 6, Mptcp = 262;
    const string Endpoints = "ip mptcp endpoint add WIFI dev wifi subflow; ip mptcp endpoint add CELLULAR dev cellular subflow";

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_peer_with_MPTCP_over_two_paths()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoints);
        MptcpProbeResult result = await ProbePythonAsync(hosts, Mptcp);

        Outcomes(result).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded Succeeded Succeeded");
        result.Mptcp.Elapsed.Should().BePositive();
        result.Interfaces[1].Address.Should().Be(hosts.Cellular.GetAddress(hosts.Client));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_firewall_that_strips_the_option()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.StripMptcp();

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded OptionStripped NotTried");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("cellular", "Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded SynDropped JoinDropped")]
    [InlineData("wifi", "Succeeded SynDropped", "wifi Succeeded SynDropped NotTried", "cellular Succeeded Succeeded NotTried")]
    public async Task A_probe_finds_a_firewall_that_drops_SYNs_with_the_option(string path, params string[] outcomes)
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoints);
        (path == "wifi" ? hosts.Wifi : hosts.Cellular).DropMptcpSyns();

        MptcpProbeResult result = await ProbePythonAsync(hosts, Mptcp);

        // The kernel learns 3 seconds after the SYN. On a machine under load, the probe may be later.
        bool isInTime = result.Interfaces.Select(network => network.Mptcp).Append(result.Mptcp).All(attempt => attempt.Elapsed < TimeSpan.FromSeconds(2.9));
        Outcomes(result).Take(isInTime ? 3 : 1).Should().Equal(outcomes.Take(isInTime ? 3 : 1));
        if (isInTime)
            hosts.Client.ReadCounters().GetValueOrDefault("Blackhole").Should().Be(0, "the probe gives up before the kernel learns");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_firewall_that_resets_SYNs_with_the_option()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoints);
        hosts.Shell(hosts.Server, "nft 'add table inet wall; add chain inet wall in { type filter hook input priority 0; }; "
            + "add rule inet wall in ip saddr CELLULAR tcp flags & (syn | ack) == syn tcp option mptcp exists reject with tcp reset'");

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded SynReset JoinRefused");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_firewall_that_strips_the_option_after_the_handshake_on_one_path()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Server, "nft 'add table inet wall; add chain inet wall in { type filter hook input priority 0; }; "
            + "add rule inet wall in ip saddr CELLULAR tcp flags & psh == psh reset tcp option mptcp'");

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded OptionStripped NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_peer_that_refuses_further_subflows()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoints);
        hosts.Server.SetLimits(0, 0);

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular Succeeded Succeeded JoinRefused");
    }

    /// <summary>The peer refuses nothing here, although an address was used and another one has no path.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_tells_the_limit_of_this_host_from_a_refusal()
    {
        using var hosts = new BrokenHost();
        string second = $"{hosts.Wifi.GetAddress(hosts.Client)}9";
        hosts.Shell(hosts.Client, $"ip mptcp limits set subflows 1; ip address add {second}/24 dev wifi; ip mptcp endpoint add {second} dev wifi subflow; "
            + "ip mptcp endpoint add CELLULAR dev cellular subflow");

        Outcomes(await ProbePythonAsync(hosts, Mptcp))[^1].Should().Be("cellular Succeeded Succeeded NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_path_without_answers()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.Blackhole();

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular NoAnswer NotTried NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_an_interface_without_a_route()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.GetInterface(hosts.Client).RemoveDefaultRoute();

        Outcomes(await ProbePythonAsync(hosts, Mptcp)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", "cellular NoRoute NotTried NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_peer_that_listens_with_TCP()
    {
        using var hosts = new BrokenHost();
        await using Nginx nginx = await hosts.Server.RunAsync(() => Nginx.StartAsync(hosts.Peer.Address, "hello"u8.ToArray()));

        Outcomes(await ProbeAsync(hosts, nginx.EndPoint)).Should().Equal("Succeeded PeerWithoutMptcp", "wifi Succeeded PeerWithoutMptcp NotTried", "cellular Succeeded PeerWithoutMptcp NotTried");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("reset tcp option mptcp", OptionStripped)]
    [InlineData("tcp flags & psh == psh reset tcp option mptcp", OptionStripped)]
    [InlineData("tcp flags & (syn | ack) == syn tcp option mptcp exists drop", SynDropped)]
    [InlineData("tcp flags & (syn | ack) == syn tcp option mptcp exists reject with tcp reset", SynReset)]
    public async Task A_probe_finds_a_firewall_in_front_of_nginx_on_one_path(string rule, MptcpProbeOutcome outcome)
    {
        using var hosts = new BrokenHost();
        string mptcpize = Needs.Program("mptcpize", "mptcpize");
        await using Nginx nginx = await hosts.Server.RunAsync(() => Nginx.StartAsync(hosts.Peer.Address, "hello"u8.ToArray(), mptcpize, "run"));
        hosts.Shell(hosts.Server, $"nft 'add table inet wall; add chain inet wall in {{ type filter hook input priority 0; }}; add rule inet wall in ip saddr CELLULAR {rule}'");

        Outcomes(await ProbeAsync(hosts, nginx.EndPoint)).Should().Equal("Succeeded Succeeded", "wifi Succeeded Succeeded NotTried", $"cellular Succeeded {outcome} NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_a_port_without_a_listener()
    {
        using var hosts = new BrokenHost();

        Outcomes(await ProbeAsync(hosts, new IPEndPoint(hosts.Peer.Address, 9))).Should().Equal("Refused NotTried", "wifi Refused NotTried NotTried", "cellular Refused NotTried NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_that_the_kernel_does_not_offer_MPTCP()
    {
        using var hosts = new BrokenHost();
        using (hosts.Wifi.DropMptcpSyns())
            await hosts.ConnectAsync();

        if (hosts.Client.ReadCounters().GetValueOrDefault("Blackhole") == 0)
            Needs.KernelLacks("that detects blackholes (Linux 6.12).");

        (await ProbePythonAsync(hosts, Mptcp)).Mptcp.Outcome.Should().Be(NotOffered);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_probe_finds_that_the_system_has_no_MPTCP()
    {
        using var hosts = new BrokenHost();
        hosts.Client.SetSysctl("net.mptcp.enabled", "0");

        Outcomes(await ProbePythonAsync(hosts, Tcp)).Should().Equal("Succeeded NotSupported", "wifi Succeeded NotSupported NotTried", "cellular Succeeded NotSupported NotTried");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_doctor_reports_the_findings_of_its_probe()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.StripMptcp();
        hosts.Client.UseAllLinks();
        (Child server, IPEndPoint peer) = await hosts.Server.RunAsync(() => PythonPeer.StartEchoServerAsync(hosts.Peer.Address, Mptcp));
        await using Child _ = server;

        IReadOnlyList<MptcpFinding> findings = await hosts.Client.Run(() => MptcpDoctor.ExamineAsync(new MptcpDoctorOptions { PeerHost = $"{peer.Address}", PeerPort = peer.Port }));

        findings.Should().Contain(finding => finding.Id == "peer-option-stripped" && finding.Subject.EndsWith("over cellular", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("")]
    [InlineData("tcp option mptcp subtype 1 drop")]
    public async Task A_probe_blames_no_path_when_the_peer_closes_after_the_first_byte(string rule)
    {
        using var hosts = new BrokenHost();
        hosts.Client.UseAllLinks();
        if (rule.Length > 0)
            hosts.Shell(hosts.Server, $"nft 'add table inet wall; add chain inet wall in {{ type filter hook input priority 0; }}; add rule inet wall in {rule}'");

        (Child server, IPEndPoint peer) = await hosts.Server.RunAsync(() => PythonPeer.StartClosingServerAsync(hosts.Peer.Address, Mptcp));
        await using Child _ = server;

        MptcpProbeResult result = await ProbeAsync(hosts, peer);

        result.Mptcp.Outcome.Should().Be(Succeeded);
        result.Interfaces[1].Join.Outcome.Should().BeOneOf(Succeeded, PeerClosed);
        if (rule.Length > 0)
            result.Interfaces[1].Join.Outcome.Should().Be(PeerClosed, "the firewall lets no further subflow come up");
    }

    [Fact]
    public async Task Bad_input_is_refused()
    {
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync(" ", 443)).Should().ThrowAsync<ArgumentException>();
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync("127.0.0.1", 0)).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync("127.0.0.1", 65536)).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync("127.0.0.1", 443, new MptcpProbeOptions { Timeout = TimeSpan.FromSeconds(3) })).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync("no-such-name.invalid", 443)).Should().ThrowAsync<SocketException>().WithMessage("Cannot resolve 'no-such-name.invalid': *");
        await FluentActions.Awaiting(() => MptcpProbe.CheckAsync("127.0.0.1", 443, cancellationToken: new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
    }

    static async Task<MptcpProbeResult> ProbePythonAsync(BrokenHost hosts, int protocol)
    {
        (Child server, IPEndPoint peer) = await hosts.Server.RunAsync(() => PythonPeer.StartEchoServerAsync(hosts.Peer.Address, protocol));
        await using Child _ = server;
        return await ProbeAsync(hosts, peer);
    }

    static Task<MptcpProbeResult> ProbeAsync(BrokenHost hosts, IPEndPoint peer) => hosts.Client.Run(() => MptcpProbe.CheckAsync($"{peer.Address}", peer.Port));

    /// <summary>Returns the outcomes of TCP, MPTCP and the further subflow, by interface.</summary>
    static string[] Outcomes(MptcpProbeResult result) =>
    [
        $"{result.Tcp.Outcome} {result.Mptcp.Outcome}",
        .. result.Interfaces.Select(network => string.Create(CultureInfo.InvariantCulture, $"{network.Name} {network.Tcp.Outcome} {network.Mptcp.Outcome} {network.Join.Outcome}")),
    ];
}
