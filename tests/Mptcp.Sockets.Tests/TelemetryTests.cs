using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;
using static Mptcp.Sockets.Tests.Support.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces belong to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public class TelemetryTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task A_connect_is_measured(string how)
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using (await ConnectAsync(how, listener.EndPoint()))
        {
        }

        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 mptcp.state=mptcp",
            "mptcp.connections mptcp.role=client mptcp.state=mptcp",
            "mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=won",
        ]);
        Activity span = telemetry.Spans.Should().ContainSingle().Which;
        span.OperationName.Should().Be("mptcp connect");
        span.Status.Should().Be(ActivityStatusCode.Unset);
        span.GetTagItem(MptcpTelemetry.StateAttribute).Should().Be("mptcp");
        span.GetTagItem("server.address").Should().Be("127.0.0.1");
        span.GetTagItem("server.port").Should().Be(listener.Port());
        span.GetTagItem("network.peer.address").Should().Be("127.0.0.1");
        span.GetTagItem("network.peer.port").Should().Be(listener.Port());
        span.Events.Should().ContainSingle().Which.Tags.Should().Contain(new KeyValuePair<string, object?>(MptcpTelemetry.OutcomeAttribute, "won"));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task A_failed_connect_is_measured_with_its_error(string how)
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();

        IPEndPoint refusing = Peers.Refusing();

        await FluentActions.Awaiting(() => ConnectAsync(how, refusing)).Should().ThrowAsync<Exception>();

        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 error.type=connection_refused",
            "mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=failed",
            "mptcp.connect.attempts mptcp.protocol=tcp mptcp.attempt.outcome=failed",
        ]);
        Activity span = telemetry.Spans.Should().ContainSingle().Which;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("server.port").Should().Be(refusing.Port);
        span.GetTagItem("network.peer.port").Should().BeNull();
        span.Events.Should().HaveCount(2).And.OnlyContain(attempt => attempt.Tags.Contains(new KeyValuePair<string, object?>("error.type", "connection_refused")));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task A_listener_that_throws_ends_the_connect_and_nothing_else(string how)
    {
        Needs.Mptcp();
        using MeterListener meters = ListenAndThrow();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        await FluentActions.Awaiting(() => ConnectAsync(how, listener.EndPoint())).Should().ThrowAsync<TimeoutException>();

        using Socket server = await listener.AcceptAsync();
        (await server.ReceiveAsync(new byte[1])).Should().Be(0, "the client's socket is closed");
    }

    [Fact]
    public void An_exception_of_a_telemetry_listener_leaves_a_TCP_client_connected()
    {
        using MeterListener meters = ListenAndThrow();
        using Socket listener = Peers.ListenTcp();
        using var client = new MptcpTcpClient(AddressFamily.InterNetwork, MptcpMode.Disabled);

        FluentActions.Invoking(() => client.Connect(listener.EndPoint())).Should().Throw<TimeoutException>();

        client.Connected.Should().BeTrue();
        client.Client.RemoteEndPoint.Should().Be(listener.LocalEndPoint);
    }

    [Fact]
    public void An_exception_of_a_telemetry_listener_does_not_hide_the_error_of_the_connect()
    {
        using MeterListener meters = ListenAndThrow();

        FluentActions.Invoking(() => MptcpSocket.Connect(Peers.Refusing())).Should().Throw<SocketException>();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_span_of_the_caller_is_current_again_after_a_connect()
    {
        using var telemetry = new CollectedTelemetry();
        using var parent = new Activity("parent").Start();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket first = MptcpSocket.Connect(listener.EndPoint());
        Activity.Current.Should().BeSameAs(parent);
        using Socket second = await MptcpSocket.ConnectAsync(listener.EndPoint());
        Activity.Current.Should().BeSameAs(parent);

        telemetry.Spans.Should().HaveCount(2).And.OnlyContain(span => span.Parent == parent);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_cancelled_connect_is_measured_as_such()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using var telemetry = new CollectedTelemetry();
        using var cancellation = new CancellationTokenSource();
        var options = new MptcpConnectOptions { ConfigureSocket = _ => cancellation.CancelAfter(1) };

        await FluentActions.Awaiting(() => MptcpSocket.ConnectAsync(silent.EndPoint, options, cancellation.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();

        telemetry.Measurements.Should().Contain("mptcp.connect.duration network.transport=tcp network.type=ipv4 error.type=cancelled");
        telemetry.Measurements.Should().Contain(measurement => measurement.EndsWith("mptcp.attempt.outcome=lost"));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task A_failed_connect_of_a_client_with_a_TCP_socket_is_measured(string how)
    {
        IPEndPoint refusing = Peers.Refusing();
        using var telemetry = new CollectedTelemetry();

        await FluentActions.Awaiting(() => ConnectAsync(how, refusing, MptcpMode.Disabled)).Should().ThrowAsync<SocketException>();

        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 error.type=connection_refused",
            "mptcp.connect.attempts mptcp.protocol=tcp mptcp.attempt.outcome=failed",
        ]);
        Activity span = telemetry.Spans.Should().ContainSingle().Which;
        span.GetTagItem("server.port").Should().Be(refusing.Port);
        DateTimeOffset begin = span.StartTimeUtc;
        span.Events.Should().ContainSingle().Which.Timestamp.Should().BeOnOrAfter(begin).And.BeOnOrBefore(begin + span.Duration);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_span_names_the_server_as_the_caller_did()
    {
        using var telemetry = new CollectedTelemetry();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = await MptcpSocket.ConnectAsync("localhost", listener.Port());
        using var client = new MptcpTcpClient("localhost", listener.Port());
        using var tcp = new MptcpTcpClient("localhost", listener.Port(), MptcpMode.Disabled);
        using var several = new MptcpTcpClient();
        several.Connect([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], listener.Port());

        telemetry.Spans.Select(span => span.GetTagItem("server.address")).Should().Equal(["localhost", "localhost", "localhost", null]);
        telemetry.Spans.Should().OnlyContain(span => span.GetTagItem("network.peer.address")!.Equals("127.0.0.1") && span.GetTagItem("server.port")!.Equals(listener.Port()));
    }

    static MeterListener ListenAndThrow()
    {
        var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
        {
            if (instrument.Name == MptcpTelemetry.ConnectDuration)
                throw new TimeoutException("mine");
        });
        meters.Start();
        return meters;
    }
}
