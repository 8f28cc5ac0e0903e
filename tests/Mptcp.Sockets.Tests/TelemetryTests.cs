using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces are the whole process's, so no other test runs beside these.</summary>
[Collection(Alone.Name)]
public class TelemetryTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
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
        span.GetTagItem("network.peer.port").Should().Be(listener.Port());
        span.Events.Should().ContainSingle().Which.Tags.Should().Contain(new KeyValuePair<string, object?>(MptcpTelemetry.OutcomeAttribute, "won"));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task A_failed_connect_is_measured_with_its_error(string how)
    {
        Needs.Mptcp();
        using var telemetry = new CollectedTelemetry();

        await FluentActions.Awaiting(() => ConnectAsync(how, Peers.Refusing())).Should().ThrowAsync<SocketException>();

        telemetry.Measurements.Should().BeEquivalentTo(
        [
            "mptcp.connect.duration network.transport=tcp network.type=ipv4 error.type=connection_refused",
            "mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=failed",
        ]);
        Activity span = telemetry.Spans.Should().ContainSingle().Which;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.Events.Should().ContainSingle().Which.Tags.Should().Contain(new KeyValuePair<string, object?>("error.type", "connection_refused"));
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
    public void A_listener_that_throws_does_not_hide_why_a_connect_has_failed()
    {
        using MeterListener meters = ListenAndThrow();

        FluentActions.Invoking(() => MptcpSocket.Connect(Peers.Refusing())).Should().Throw<SocketException>();
    }

    [Fact]
    public void Where_the_kernel_does_not_try_that_is_the_reason_and_not_the_peer()
    {
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

        telemetry.Measurements.Should().Contain("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=blackhole");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_callers_span_is_current_again_after_a_connect()
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

    [Fact]
    public void A_peer_without_is_a_fallback()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using var telemetry = new CollectedTelemetry();
        using Socket listener = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));

        using Socket client = hosts.Connect(listener.EndPoint());

        telemetry.Measurements.Should().Contain("mptcp.connections mptcp.role=client mptcp.state=fallback");
        telemetry.Measurements.Should().Contain("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=answered_without");
    }

    [Fact]
    public void A_system_without_is_a_fallback() => OneHost.Run(
        _ =>
        {
            using var telemetry = new CollectedTelemetry();
            using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
            using Socket client = MptcpSocket.Connect(listener.EndPoint());
            using Socket disabled = MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });

            telemetry.Measurements.Where(measurement => measurement == "mptcp.connections mptcp.role=client mptcp.state=tcp").Should().HaveCount(2);
            telemetry.Measurements.Where(measurement => measurement.Contains("mptcp.fallbacks", StringComparison.Ordinal))
                .Should().Equal("mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=disabled_by_sysctl");
        },
        mptcpEnabled: false);

    [Fact]
    public void A_path_that_drops_SYNs_is_seen_in_its_attempts()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.FirstLink.DropMptcpSyns();
        using Socket listener = hosts.Listen();
        using var telemetry = new CollectedTelemetry();

        using Socket client = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.FromMilliseconds(100) });
        using Socket again = hosts.Connect(listener.EndPoint());

        telemetry.Measurements.Should().Contain("mptcp.connect.attempts mptcp.protocol=mptcp mptcp.attempt.outcome=lost");
        telemetry.Measurements.Should().Contain("mptcp.connect.attempts mptcp.protocol=tcp mptcp.attempt.outcome=won");
        telemetry.Measurements.Where(measurement => measurement.Contains("mptcp.fallbacks", StringComparison.Ordinal)).Should().Equal(
            "mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=overtaken_by_tcp", "mptcp.fallbacks mptcp.role=client mptcp.fallback.reason=blackhole");
        Activity span = telemetry.Spans[0];
        ActivityEvent[] attempts = [.. span.Events];
        attempts.Should().HaveCount(2);
        attempts[1].Timestamp.Should().BeAfter(attempts[0].Timestamp);
        attempts.Should().OnlyContain(attempt => attempt.Timestamp >= span.StartTimeUtc.AddMilliseconds(-50) && attempt.Timestamp <= span.StartTimeUtc + span.Duration);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_accepted_connection_is_counted_when_its_server_says_so()
    {
        using var telemetry = new CollectedTelemetry();
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);

        MptcpTelemetry.RecordAccepted(pair.Server);

        telemetry.Measurements.Should().Contain("mptcp.connections mptcp.role=server mptcp.state=mptcp");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_of_an_observed_connection_are_told_until_it_is_closed()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        if (connection.Client.GetMptcpSubflows().Length == 0)
            Needs.KernelLacks("that tells of subflows: Linux 5.16.");

        using var telemetry = new CollectedTelemetry();
        using IDisposable observed = MptcpTelemetry.Observe(connection.Client);
        string[] addresses = [.. hosts.Client.Links.Select(link =>
            $"network.local.address={link.GetAddress(hosts.Client)} network.local.port=* network.peer.address={hosts.FirstLink.GetAddress(hosts.Server)} network.peer.port=*")];

        telemetry.Collect().Should().BeEquivalentTo([$"mptcp.subflows {addresses[0]} 2", $"mptcp.subflow.rtt {addresses[0]}", $"mptcp.subflow.rtt {addresses[1]}"]);

        connection.Client.Dispose();
        telemetry.Collect().Should().BeEmpty();
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
        FluentActions.Invoking(() => MptcpTelemetry.RecordAccepted(null!)).Should().Throw<ArgumentNullException>();
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

    static async Task<Socket> ConnectAsync(string how, IPEndPoint server)
    {
        if (how == "socket")
            return MptcpSocket.Connect(server);

        if (how == "socket-async")
            return await MptcpSocket.ConnectAsync(server);

        var client = new MptcpTcpClient();
        if (how == "client")
            client.Connect(server);
        else
            await client.ConnectAsync(server);

        return client.Client;
    }

    /// <summary>Everything that is told, measurements as lines.</summary>
    sealed class CollectedTelemetry : IDisposable
    {
        readonly MeterListener _meters = new();
        readonly ActivityListener _spans;

        internal CollectedTelemetry()
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MptcpTelemetry.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, tags, instrument.IsObservable ? $" {value}" : ""));
            _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, tags, $" {value}"));
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            {
                value.Should().BeInRange(0, 60);
                Add(instrument, tags);
            });
            _meters.Start();
            _spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == MptcpTelemetry.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Spans.Add,
            };
            ActivitySource.AddActivityListener(_spans);
        }

        internal List<string> Measurements { get; } = [];

        internal List<Activity> Spans { get; } = [];

        /// <summary>What observable instruments of that name say now, ports left out; durations without their value.</summary>
        internal string[] Collect(string prefix = "mptcp.subflow")
        {
            lock (Measurements)
                Measurements.Clear();

            _meters.RecordObservableInstruments();
            return [.. Measurements.Where(measurement => measurement.StartsWith(prefix, StringComparison.Ordinal)).Select(measurement => Regex.Replace(measurement, "port=[0-9]+", "port=*"))];
        }

        public void Dispose()
        {
            _meters.Dispose();
            _spans.Dispose();
        }

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, string value = "")
        {
            lock (Measurements)
                Measurements.Add(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]) + value);
        }
    }
}
