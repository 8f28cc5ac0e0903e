using System.Diagnostics.Metrics;

namespace Mptcp.Sockets.Telemetry;

/// <summary>The instrument of the kernel's counters. It does not exist until somebody asks for it.</summary>
static class ObservedKernel
{
    const string Gauge = "MPCurrEstab"; // it can go down, which a counter must not

    static readonly Lazy<ObservableCounter<long>> s_instrument = new(() => Metrics.Meter.CreateObservableCounter(
        MptcpTelemetry.KernelCounters, Read, "{event}", "The kernel's MPTCP counters of this network namespace."));

    internal static void Start() => _ = s_instrument.Value;

    static IEnumerable<Measurement<long>> Read()
    {
        MptcpCounters counters = MptcpCounters.Read();
        return counters.Names.Where(name => name != Gauge).Select(name => new Measurement<long>(counters[name] ?? 0, Metrics.Tag(MptcpTelemetry.CounterAttribute, name)));
    }
}
