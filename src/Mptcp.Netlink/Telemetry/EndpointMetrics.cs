using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;

namespace Mptcp.Netlink.Telemetry;

/// <summary>The metrics of the service that keeps endpoints.</summary>
sealed class EndpointMetrics : IDisposable
{
    readonly Meter _meter = new(MptcpNetlinkTelemetry.MeterName);
    readonly Counter<long> _established, _failed, _lost;
    PathMetrics? _paths;
    volatile State? _state;

    internal EndpointMetrics()
    {
        _established = _meter.CreateCounter<long>(
            MptcpNetlinkTelemetry.SubflowsEstablished, "{subflow}", "Further subflows that were established.");
        _failed = _meter.CreateCounter<long>(
            MptcpNetlinkTelemetry.SubflowsFailed, "{subflow}", "Further subflows that ended with an error.");
        _lost = _meter.CreateCounter<long>(MptcpNetlinkTelemetry.EventsLost, "{loss}", "Times that the kernel dropped events.");
        _meter.CreateObservableGauge(MptcpNetlinkTelemetry.Endpoints, MeasureEndpoints, "{endpoint}", "Endpoints in the kernel.");
        _meter.CreateObservableGauge(
            MptcpNetlinkTelemetry.EndpointRoom, MeasureRoom, "{endpoint}", "Endpoints for which there is still room.");
    }

    /// <summary>Adds bytes and round-trip times.</summary>
    internal void Measure(MptcpConnectionReader reader, TimeProvider clock) =>
        _paths = new PathMetrics(_meter, reader, FindInterface, clock);

    /// <summary>Stores the current state of the host.</summary>
    internal void Know(MptcpHostSnapshot host, int own)
    {
        Dictionary<IPAddress, string> names = [];
        foreach (MptcpInterface network in host.Interfaces)
        {
            foreach (MptcpInterfaceAddress address in network.Addresses)
                names.TryAdd(address.Address, network.Name);
        }

        int all = host.Endpoints?.Count ?? own;
        _state = new State(own, all - own, MptcpEndpointPlan.Room(host.MaximumEndpoints, own, all), names);
    }

    internal void Count(MptcpEvent what)
    {
        switch (what)
        {
            case MptcpSubflowEstablished established:
                _established.Add(1, Interface(established));
                break;
            case MptcpSubflowClosed { ErrorNumber: { } error } closed:
                _failed.Add(1, Interface(closed), Tag("error.type", error.ToString(CultureInfo.InvariantCulture)));
                break;
            case MptcpEventsLost:
                _lost.Add(1);
                break;
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _paths?.Dispose();
    }

    KeyValuePair<string, object?> Interface(MptcpSubflowEvent what) =>
        Tag("network.interface.name", FindInterface(what.LocalEndPoint.Address));

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    string FindInterface(IPAddress address) => _state?.Names.GetValueOrDefault(address) ?? "unknown";

    IEnumerable<Measurement<int>> MeasureEndpoints() => _state is { } state
        ? [new(state.Own, Tag("owner", "service")), new(state.Others, Tag("owner", "other"))]
        : [];

    IEnumerable<Measurement<int>> MeasureRoom() => _state is { } state ? [new(state.Room)] : [];

    sealed record State(int Own, int Others, int Room, IReadOnlyDictionary<IPAddress, string> Names);
}
