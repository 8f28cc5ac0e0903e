using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Telemetry;

/// <summary>A connection that is asked about its subflows whenever meters are read, once however many observe it.</summary>
sealed class ObservedConnection
{
    static readonly ConditionalWeakTable<Socket, ObservedConnection> s_all = []; // whoever forgets a socket need not have us forget it first

    static ObservedConnection()
    {
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.Subflows, () => Observed().SelectMany(one => one.Value.CountSubflows(one.Key)), "{subflow}", "Subflows of observed connections.");
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.SubflowRtt, () => Observed().SelectMany(one => one.Value.ReadRtts(one.Key)), "s", "Smoothed round-trip time of the subflows of observed connections.");
    }

    const int MostSubflows = 16;

    readonly bool _isNamed; // by the caller, who wants few time series: without ports, which differ from connection to connection
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

    /// <summary>None of a connection that speaks TCP; null of one that is closed, and is not asked again then.</summary>
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

    /// <summary>One of those who observe a connection.</summary>
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
