using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces are the whole process's, so no other test runs beside these.</summary>
[Collection(Alone.Name)]
public class TelemetryOfSubflowsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_of_an_observed_connection_are_told_until_it_is_closed()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        if (connection.Client.GetMptcpSubflows().Length == 0)
            Needs.KernelLacks("that tells of subflows: Linux 5.16.");

        using var telemetry = new CollectedTelemetry();
        using IDisposable observed = MptcpTelemetry.Observe(connection.Client);
        string token = $"mptcp.token={connection.Client.GetMptcpInfo().Token:x8}";
        string[] addresses = [.. hosts.Client.Links.Select(link =>
            $"{token} network.local.address={link.GetAddress(hosts.Client)} network.local.port=* network.peer.address={hosts.FirstLink.GetAddress(hosts.Server)} network.peer.port=*")];

        telemetry.Collect().Should().BeEquivalentTo([$"mptcp.subflows {addresses[0]} 2", $"mptcp.subflow.rtt {addresses[0]}", $"mptcp.subflow.rtt {addresses[1]}"]);

        connection.Client.Dispose();
        telemetry.Collect().Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Tags_of_the_callers_take_the_place_of_the_token_and_the_ports()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        if (connection.Client.GetMptcpSubflows().Length == 0)
            Needs.KernelLacks("that tells of subflows: Linux 5.16.");

        using var telemetry = new CollectedTelemetry();
        using IDisposable observed = MptcpTelemetry.Observe(connection.Client, new KeyValuePair<string, object?>("peer", "db"));

        telemetry.Collect().Should().BeEquivalentTo(
        [
            "mptcp.subflows peer=db 2",
            .. hosts.Client.Links.Select(link =>
                $"mptcp.subflow.rtt peer=db network.local.address={link.GetAddress(hosts.Client)} network.peer.address={hosts.FirstLink.GetAddress(hosts.Server)}"),
        ]);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_is_observed_twice_is_told_once_until_nobody_observes_it()
    {
        using Pair pair = await Pair.ConnectAsync(Ends.Tcp, AddressFamily.InterNetwork);
        using var telemetry = new CollectedTelemetry();
        IDisposable first = MptcpTelemetry.Observe(pair.Client), second = MptcpTelemetry.Observe(pair.Client);

        telemetry.Collect().Should().ContainSingle();
        first.Dispose();
        first.Dispose();
        telemetry.Collect().Should().ContainSingle();
        second.Dispose();
        telemetry.Collect().Should().BeEmpty();
        using (MptcpTelemetry.Observe(pair.Client))
            telemetry.Collect().Should().ContainSingle();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_observed_connection_over_tcp_has_no_subflows_and_one_that_is_no_more_observed_is_not_told()
    {
        using Pair pair = await Pair.ConnectAsync(Ends.Tcp, AddressFamily.InterNetwork);
        using var telemetry = new CollectedTelemetry();

        using (MptcpTelemetry.Observe(pair.Client))
            telemetry.Collect().Should().ContainSingle().Which.Should().StartWith("mptcp.subflows ").And.EndWith(" 0");

        telemetry.Collect().Should().BeEmpty();
    }

    [Fact]
    public void What_cannot_be_observed_is_refused()
    {
        using Socket unconnected = MptcpSocket.Create();
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        FluentActions.Invoking(() => MptcpTelemetry.Observe(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpTelemetry.RecordAccepted((Socket)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpTelemetry.RecordAccepted((TcpClient)null!)).Should().Throw<ArgumentNullException>();
        using var closed = new TcpClient();
        closed.Dispose();
        FluentActions.Invoking(() => MptcpTelemetry.RecordAccepted(closed)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => MptcpTelemetry.Observe(unconnected)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => MptcpTelemetry.Observe(udp)).Should().Throw<NotSupportedException>();
    }

    /// <summary>The last, since nobody can take it back.</summary>
    [Fact]
    public void The_kernels_counters_are_told_when_somebody_has_asked_for_them()
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();
        MptcpSocket.Create(MptcpMode.Required).Dispose(); // with the first, the kernel begins to count

        MptcpTelemetry.ObserveKernelCounters();

        telemetry.Collect("mptcp.kernel.counters").Should().Contain(measurement => measurement.StartsWith("mptcp.kernel.counters mptcp.counter=MPCapableSYNTX ", StringComparison.Ordinal));
    }
}
