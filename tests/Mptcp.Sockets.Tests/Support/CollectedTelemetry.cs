using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Collects all telemetry. Measurements become lines of text.</summary>
sealed class CollectedTelemetry : IDisposable
{
    readonly ConcurrentQueue<string> _measurements = [];
    readonly ConcurrentQueue<Activity> _stopped = [];
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
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_spans);
    }

    internal string[] Measurements => [.. _measurements];

    internal Activity[] Spans => [.. _stopped];

    /// <summary>
    /// Returns the values of the observable instruments with this name, without ports, and durations without their value.
    /// </summary>
    internal string[] Collect(string prefix = "mptcp.subflow")
    {
        _measurements.Clear();
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
        _measurements.Enqueue(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]) + value);
    }
}
