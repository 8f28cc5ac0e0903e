using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>What the meter reports; no other test runs beside it, since a listener hears all services of the process.</summary>
[Collection(Alone.Name)]
public class EndpointMetricsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Endpoints_room_and_subflows_are_reported()
    {
        using var hosts = new TwoHosts(100, 100);
        hosts.Server.SetLimits(8, 8);
        Ip(hosts.Client, "mptcp endpoint add 10.9.9.9 signal");
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
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Report(instrument, value, tags));
        listener.Start();
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpEndpoints());
        using Connection connection = await hosts.ConnectAsync(joined: 1);

        string second = hosts.SecondLink.GetInterface(hosts.Client).Name;
        await Eventually.TrueAsync(() => Read($"mptcp.subflows.established {second}") == 1, "the subflow is counted");
        listener.RecordObservableInstruments();
        int own = ListEndpoints(hosts.Client).Length - 1;
        (Read("mptcp.endpoints service"), Read("mptcp.endpoints other"), Read("mptcp.endpoints.room")).Should().Be((own, 1, hosts.Client.Run(MptcpHostSnapshot.Take).Maximum - own - 1));

        long Read(string name)
        {
            lock (reported)
                return reported.GetValueOrDefault(name);
        }

        void Report(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
            lock (reported)
                reported[name] = instrument.IsObservable ? value : reported.GetValueOrDefault(name) + value;
        }
    }
}
