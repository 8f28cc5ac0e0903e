using System.Diagnostics.Metrics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Mptcp.Netlink.Telemetry;

/// <summary>
/// Reports bytes and round-trip times of subflows by interface. The kernel counts them for each subflow, and forgets them with it. So
/// connections are listed at each collection of measurements, and the bytes since the previous collection are added.
/// </summary>
sealed class PathMetrics : IDisposable
{
    static readonly MptcpConnectionFilter s_withSubflows = new() { IncludeSubflows = true };
    static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1); // one list serves all instruments of a collection

    readonly Lock _lock = new();
    readonly MptcpConnectionReader _reader;
    readonly Func<IPAddress, string> _findInterface;
    readonly TimeProvider _clock;
    readonly Dictionary<string, (long Sent, long Received)> _totals = [];
    Dictionary<(uint, IPEndPoint, IPEndPoint), (long Sent, long Received)> _last = [];
    Dictionary<string, double> _roundTripTimes = [];
    long? _listed;
    bool _isDisposed;

    internal PathMetrics(Meter meter, MptcpConnectionReader reader, Func<IPAddress, string> findInterface, TimeProvider clock)
    {
        (_reader, _findInterface, _clock) = (reader, findInterface, clock);
        meter.CreateObservableCounter(MptcpNetlinkTelemetry.SubflowBytes, MeasureBytes, "By", "Bytes that subflows have carried.");
        meter.CreateObservableGauge(
            MptcpNetlinkTelemetry.SubflowRoundTripTime, MeasureRoundTripTimes, "s",
            "The median smoothed round-trip time of the established subflows.");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _reader.Dispose();
        }
    }

    IEnumerable<Measurement<long>> MeasureBytes()
    {
        lock (_lock)
        {
            Update();
            return
            [
                .. _totals.Select(total => new Measurement<long>(total.Value.Sent, Interface(total.Key), Direction("transmit"))),
                .. _totals.Select(total => new Measurement<long>(total.Value.Received, Interface(total.Key), Direction("receive"))),
            ];
        }

        static KeyValuePair<string, object?> Direction(string name) => new("network.io.direction", name);
    }

    IEnumerable<Measurement<double>> MeasureRoundTripTimes()
    {
        lock (_lock)
        {
            Update();
            return [.. _roundTripTimes.Select(time => new Measurement<double>(time.Value, Interface(time.Key)))];
        }
    }

    void Update()
    {
        if (_isDisposed || (_listed is { } listed && _clock.GetElapsedTime(listed) < s_fresh) || TryList() is not { } connections)
            return;

        _listed = _clock.GetTimestamp();
        Dictionary<(uint, IPEndPoint, IPEndPoint), (long, long)> now = [];
        List<(string Interface, TimeSpan Time)> times = [];
        IEnumerable<(MptcpConnection, MptcpConnectionSubflow)> all =
            connections.SelectMany(connection => connection.Subflows ?? [], ValueTuple.Create);
        foreach ((MptcpConnection connection, MptcpConnectionSubflow subflow) in all)
        {
            string network = _findInterface(subflow.LocalEndPoint.Address);
            var key = (connection.Token, subflow.LocalEndPoint, subflow.RemoteEndPoint);
            (long sent, long received) = (subflow.Tcp.BytesSent ?? 0, subflow.Tcp.BytesReceived ?? 0);
            (long sentBefore, long receivedBefore) = _last.GetValueOrDefault(key);
            (long allSent, long allReceived) = _totals.GetValueOrDefault(network);
            _totals[network] = (allSent + Math.Max(0, sent - sentBefore), allReceived + Math.Max(0, received - receivedBefore));
            now[key] = (sent, received);
            if (subflow.Tcp is { State: TcpState.Established, SmoothedRtt: { } time })
                times.Add((network, time));
        }

        _last = now;
        _roundTripTimes = times.GroupBy(entry => entry.Interface, entry => entry.Time)
            .ToDictionary(entries => entries.Key, entries => entries.Order().ElementAt(entries.Count() / 2).TotalSeconds);
    }

    /// <summary>Returns nothing without <c>CONFIG_INET_MPTCP_DIAG</c>.</summary>
    IReadOnlyList<MptcpConnection>? TryList()
    {
        try
        {
            return _reader.List(s_withSubflows);
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            return null;
        }
    }

    static KeyValuePair<string, object?> Interface(string name) => new("network.interface.name", name);
}
