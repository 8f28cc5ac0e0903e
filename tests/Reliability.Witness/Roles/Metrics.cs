using System.Diagnostics.Metrics;
using Mptcp.Netlink;
using Mptcp.Sockets;

namespace Reliability.Roles;

/// <summary>Collects all metrics of the packages every few seconds, as an exporter does.</summary>
sealed class Metrics : IDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    readonly MeterListener _listener = new();
    readonly Timer _timer;

    internal Metrics()
    {
        MptcpTelemetry.ObserveKernelCounters();
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is MptcpTelemetry.MeterName or MptcpNetlinkTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.Start();
        _timer = new Timer(_ => _listener.RecordObservableInstruments(), null, s_interval, s_interval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }
}
