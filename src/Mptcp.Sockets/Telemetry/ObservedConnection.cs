using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Telemetry;

/// <summary>A connection whose subflows are read at each collection of the meters, once, even if it is observed several times.</summary>
sealed class ObservedConnection
{
    static readonly ConditionalWeakTable<Socket, ObservedConnection> s_all = []; // weak: an abandoned socket does not have to be removed first

    static ObservedConnection()
    {
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.Subflows, () => Observed().SelectMany(one => one.Value.CountSubflows(one.Key)), "{subflow}", "Subflows of observed connections.");
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.SubflowRtt, () => Observed().SelectMany(one => one.Value.ReadRtts(one.Key)), "s", "Smoothed round-trip time of the subflows of observed connections.");
    }

    const int MostSubflows = 16;

    readonly bool _isNamed; // the caller passed its own tags, so ports are left out: each connection would add a time series
    readonly KeyValuePair<string, object?>[] _tags;
    readonly KeyValuePair<string, object?>[] _tagsAndAddresses;
    int _observers;

    ObservedConnection(Socket socket, IPEndPoint local, IPEndPoint peer, KeyValuePair<string, object?>[] tags)
    {
        _isNamed = tags.Length > 0;
        _tags = _isNamed ? tags : socket.TryGetMptcpInfo(out MptcpInfo info) ? [Metrics.Tag(MptcpTelemetry.TokenAttribute, $"{info.Token:x8}")] : [];
        _tagsAndAddresses = _isNamed ? _tags : [.. _tags, .. Metrics.Addresses(local, peer)];
    }

    internal static IDisposable Start(Socket socket, IPEndPoint local, IPEndPoint peer, KeyValuePair<string, object?>[] tags)
    {
        ObservedConnection connection = s_all.GetOrAdd(socket, _ => new ObservedConnection(socket, local, peer, tags));
        Interlocked.Increment(ref connection._observers);
        return new Observer(connection);
    }

    static IEnumerable<KeyValuePair<Socket, ObservedConnection>> Observed() => s_all.Where(one => Volatile.Read(ref one.Value._observers) > 0);

    IEnumerable<Measurement<int>> CountSubflows(Socket socket) => Read(socket) is { } subflows ? [new Measurement<int>(subflows.Length, _tagsAndAddresses)] : [];

    IEnumerable<Measurement<double>> ReadRtts(Socket socket) => (Read(socket) ?? [])
        .Where(subflow => subflow.SmoothedRtt is not null)
        .Select(subflow => new Measurement<double>(
            subflow.SmoothedRtt!.Value.TotalSeconds, [.. _tags, .. Addresses(subflow)]));

    IEnumerable<KeyValuePair<string, object?>> Addresses(MptcpSubflow subflow) => Metrics.Addresses(subflow.LocalEndPoint, subflow.RemoteEndPoint)
        .Where(tag => !_isNamed || tag.Key.EndsWith(".address", StringComparison.Ordinal));

    /// <summary>Returns an empty array for a connection that uses TCP, and null for a closed connection, which is not read again.</summary>
    static MptcpSubflow[]? Read(Socket socket)
    {
        try
        {
            var subflows = new MptcpSubflow[MostSubflows];
            return socket.TryGetMptcpSubflows(subflows, out int count) ? subflows[..count] : [];
        }
        catch (ObjectDisposedException)
        {
            s_all.Remove(socket);
            return null;
        }
    }

    /// <summary>One observer of a connection.</summary>
    sealed class Observer(ObservedConnection connection) : IDisposable
    {
        ObservedConnection? _connection = connection;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _connection, null) is { } connection)
                Interlocked.Decrement(ref connection._observers);
        }
    }
}
