using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;
using static Mptcp.Sockets.Tests.Support.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces belong to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public class TelemetryOfFallbacksTests
{
    const string KillSwitch = "Mptcp.Sockets.Disabled";

    [Fact]
    public void A_connect_that_the_kernel_makes_without_MPTCP_counts_as_a_peer_without_it()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Listen();
        using (hosts.FirstLink.DropMptcpSyns())
        {
            if (!hosts.Client.ReadCounters().ContainsKey("MPCapableSYNTXDrop"))
                Needs.KernelLacks("that falls back by itself where SYNs are dropped: Linux 6.12.");

            hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Required }).Dispose();
        }

        using var telemetry = new CollectedTelemetry();
        hosts.Client.Run(() => MptcpSocket.Connect(listener.EndPoint()).Dispose());

        // The connect does not read the kernel's counters, as ExplainMptcp does: that takes longer than connecting.
        telemetry.Measurements.Should().Contain("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=answered_without");
    }

    [Fact]
    public void A_peer_without_MPTCP_counts_as_a_fallback()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using var telemetry = new CollectedTelemetry();
        using Socket listener = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));

        using Socket client = hosts.Connect(listener.EndPoint());

        telemetry.Measurements.Should().Contain("mptcp.connections mptcp.role=client mptcp.state=fallback");
        telemetry.Measurements.Should().Contain("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=answered_without");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task A_system_without_MPTCP_counts_as_a_fallback(string how)
    {
        using var one = new OneHost(mptcpEnabled: false);
        using var telemetry = new CollectedTelemetry();
        using Socket listener = one.Host.Run(() => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork)));

        using Socket client = await one.Host.Run(() => ConnectAsync(how, listener.EndPoint()));
        using Socket disabled = await one.Host.Run(() => ConnectAsync(how, listener.EndPoint(), MptcpMode.Disabled));

        ShouldTellOfTwoOverTcp(telemetry, listener, "disabled_by_sysctl");
    }

    [Fact]
    public void A_client_that_got_a_TCP_socket_after_a_failure_counts_as_a_fallback() => OneHost.Run(host =>
    {
        using var telemetry = new CollectedTelemetry();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient();
        host.SetSysctl("net.mptcp.enabled", "0");
        client.Invoking(c => c.Connect(IPAddress.Loopback, 1)).Should().Throw<MptcpConnectException>();

        client.Connect(listener.EndPoint());

        telemetry.Measurements.Should().Contain("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=disabled_by_sysctl");
        host.SetSysctl("net.mptcp.enabled", "1");
        client.Client.ExplainMptcp().Text.Should().Contain("net.mptcp.enabled", "MPTCP was disabled when the socket was created");
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task A_process_under_the_kill_switch_counts_as_a_fallback(string how)
    {
        using var telemetry = new CollectedTelemetry();
        using Socket listener = Peers.ListenTcp();
        AppContext.SetSwitch(KillSwitch, true);
        try
        {
            using Socket client = await ConnectAsync(how, listener.EndPoint());
            using Socket disabled = await ConnectAsync(how, listener.EndPoint(), MptcpMode.Disabled);
        }
        finally
        {
            AppContext.SetSwitch(KillSwitch, false);
        }

        ShouldTellOfTwoOverTcp(telemetry, listener, "disabled_by_switch");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    public async Task A_peer_that_is_refused_because_it_uses_TCP_counts_as_a_failure(string how)
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();
        using Socket listener = Peers.ListenTcp();
        var options = new MptcpConnectOptions { RequireMptcpPeer = true };

        await FluentActions.Awaiting(async () => how == "socket" ? MptcpSocket.Connect(listener.EndPoint(), options) : await MptcpSocket.ConnectAsync(listener.EndPoint(), options))
            .Should().ThrowAsync<MptcpFallbackException>();

        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 error.type=mptcp_fallback",
            "mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=failed",
        ]);
        Activity span = telemetry.Spans.Should().ContainSingle().Which;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("error.type").Should().Be("mptcp_fallback");
        using Socket server = await listener.AcceptAsync();
        (await server.ReceiveAsync(new byte[1])).Should().Be(0, "the client's socket is closed");
    }

    [Fact]
    public void The_attempts_of_a_connect_show_a_path_that_drops_SYNs()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.FirstLink.DropMptcpSyns();
        using Socket listener = hosts.Listen();
        using var telemetry = new CollectedTelemetry();

        using Socket client = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.FromMilliseconds(100) });
        Eventually.True(() => MptcpBlackholes.Contains(listener.EndPoint()), "the check confirms it");
        using Socket again = hosts.Connect(listener.EndPoint());

        telemetry.Measurements.Should().Contain("mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=lost");
        telemetry.Measurements.Should().Contain("mptcp.connect.attempts mptcp.protocol=tcp mptcp.attempt.outcome=won");
        telemetry.Measurements.Where(measurement => measurement.Contains("mptcp.fallbacks", StringComparison.Ordinal)).Should().Equal(
            "mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=overtaken_by_tcp", "mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=blackhole");
        Activity span = telemetry.Spans[0];
        ActivityEvent[] attempts = [.. span.Events];
        attempts.Should().HaveCount(4, "MPTCP, late, was joined by a second SYN and TCP, and had a last chance when TCP was answered");
        attempts[1].Timestamp.Should().BeAfter(attempts[0].Timestamp);
        attempts.Should().OnlyContain(attempt => attempt.Timestamp >= span.StartTimeUtc && attempt.Timestamp <= span.StartTimeUtc + span.Duration);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task RecordAccepted_counts_an_accepted_connection()
    {
        using var telemetry = new CollectedTelemetry();
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);

        MptcpTelemetry.RecordAccepted(pair.Server);

        telemetry.Measurements.Should().Contain("mptcp.connections mptcp.role=server mptcp.state=mptcp");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_accepted_connection_that_fell_back_has_a_reason_of_accepted_ones()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket plain = hosts.Client.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Client)));
        using Socket outgoing = hosts.Server.Run(() => MptcpSocket.Connect(plain.EndPoint())); // another fallback of the same host
        using Socket listener = hosts.Listen();
        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        hosts.FirstLink.StripMptcp();
        await client.SendAllAsync("x"u8.ToArray());
        await server.ReceiveExactlyAsync(1);
        using var telemetry = new CollectedTelemetry();

        hosts.Server.Run(() => MptcpTelemetry.RecordAccepted(server));

        bool isCounted = hosts.Server.ReadCounters().ContainsKey("MPCapableDataFallback"); // Linux 6.1 does not count it
        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connections mptcp.role=server mptcp.state=fallback",
            $"mptcp.fallbacks mptcp.role=server mptcp.fallback.reason={(isCounted ? "fell_back_later" : "ambiguous")}",
        ]);
    }

    /// <summary>One connection should have used MPTCP, and one should not.</summary>
    static void ShouldTellOfTwoOverTcp(CollectedTelemetry telemetry, Socket listener, string reason)
    {
        string[] each =
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 mptcp.state=tcp",
            "mptcp.connections mptcp.role=client mptcp.state=tcp",
            "mptcp.connect.attempts mptcp.protocol=tcp mptcp.attempt.outcome=won",
        ];
        telemetry.Measurements.Should().BeEquivalentTo([.. each, .. each, $"mptcp.fallbacks mptcp.role=client mptcp.fallback.reason={reason}"]);
        telemetry.Spans.Select(span => span.GetTagItem(MptcpTelemetry.ReasonAttribute)).Should().Equal([reason, null]);
        telemetry.Spans.Should().OnlyContain(span => span.GetTagItem("network.peer.port")!.Equals(listener.Port()) && span.GetTagItem("server.port")!.Equals(listener.Port()));
    }
}
