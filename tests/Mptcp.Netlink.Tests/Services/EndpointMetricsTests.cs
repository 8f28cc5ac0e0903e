using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The metrics of the service. No other test runs at the same time, because a listener hears all services of the process.</summary>
[Collection(Alone.Name)]
public class EndpointMetricsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Metrics_report_endpoints_room_and_subflows()
    {
        using var hosts = new TwoHosts(100, 100);
        hosts.Server.SetLimits(8, 8);
        Ip(hosts.Client, "mptcp endpoint add 10.9.9.9 signal");
        var clock = new AdvancedClock();
        var reported = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MptcpNetlinkTelemetry.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Report(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Report(instrument, (long)(value * 1_000_000), tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Report(instrument, value, tags));
        listener.Start();
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints());
        using Connection connection = await hosts.ConnectAsync(joined: 1);

        string second = hosts.SecondLink.GetInterface(hosts.Client).Name;
        await Eventually.TrueAsync(() => Read($"mptcp.subflows.established {second}") == 1, "the subflow is counted");
        listener.RecordObservableInstruments();
        int own = ListEndpoints(hosts.Client).Length - 1;
        (Read("mptcp.endpoints service"), Read("mptcp.endpoints other"), Read("mptcp.endpoints.room")).Should().Be((own, 1, Math.Min(hosts.Client.Run(MptcpHostSnapshot.Take).MaximumEndpoints - own - 1, MptcpEndpointPlan.OwnIds - own)));

        // Each interface counts the bytes that it carried. A second reading adds only the new bytes.
        string first = hosts.FirstLink.GetInterface(hosts.Client).Name;
        foreach (int expected in (int[])[1_000_000, 3_000_000])
        {
            await connection.ExchangeAsync(expected == 1_000_000 ? 1_000_000 : 2_000_000, 100_000);
            clock.Advance(TimeSpan.FromSeconds(2));
            listener.RecordObservableInstruments();
            (Read($"mptcp.subflows.io {first} transmit") + Read($"mptcp.subflows.io {second} transmit")).Should().BeInRange(expected, 2 * expected, "some bytes may be sent again");
            (Read($"mptcp.subflows.io {first} receive") + Read($"mptcp.subflows.io {second} receive")).Should().BeGreaterThanOrEqualTo(expected == 1_000_000 ? 100_000 : 200_000);
        }

        (Read($"mptcp.subflows.rtt {first}"), Read($"mptcp.subflows.rtt {second}")).Should().Match<(long, long)>(microseconds => microseconds.Item1 > 0 && microseconds.Item2 > 0);

        long Read(string name)
        {
            lock (reported)
                return reported.GetValueOrDefault(name);
        }

        void Report(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Value}").Prepend(instrument.Name));
            lock (reported)
                reported[name] = instrument.IsObservable ? value : reported.GetValueOrDefault(name) + value;
        }
    }
}
