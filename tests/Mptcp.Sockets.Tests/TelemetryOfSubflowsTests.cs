using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces belong to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public class TelemetryOfSubflowsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_of_an_observed_connection_are_reported_until_it_is_closed()
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
    public async Task Tags_of_the_caller_replace_the_token_and_the_ports()
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
    public async Task A_connection_that_is_observed_twice_is_reported_once()
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
    public async Task Observed_TCP_connections_have_no_subflows_and_disposed_observations_report_nothing()
    {
        using Pair pair = await Pair.ConnectAsync(Ends.Tcp, AddressFamily.InterNetwork);
        using var telemetry = new CollectedTelemetry();

        using (MptcpTelemetry.Observe(pair.Client))
            telemetry.Collect().Should().ContainSingle().Which.Should().StartWith("mptcp.subflows ").And.EndWith(" 0");

        telemetry.Collect().Should().BeEmpty();
    }

    [Fact]
    public void Sockets_that_cannot_be_observed_are_refused()
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

    /// <summary>The last test, because the call cannot be undone.</summary>
    [Fact]
    public void The_counters_of_the_kernel_are_reported_after_ObserveKernelCounters()
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();
        MptcpSocket.Create(MptcpMode.Required).Dispose(); // with the first MPTCP socket, the kernel begins to count

        MptcpTelemetry.ObserveKernelCounters();

        telemetry.Collect("mptcp.kernel.counters").Should().Contain(measurement => measurement.StartsWith("mptcp.kernel.counters mptcp.counter=MPCapableSYNTX ", StringComparison.Ordinal));
    }
}
