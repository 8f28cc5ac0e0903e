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

    readonly KeyValuePair<string, object?>[] _token;
    readonly KeyValuePair<string, object?>[] _addresses;
    int _observers;

    ObservedConnection(Socket socket, IPEndPoint local, IPEndPoint peer)
    {
        _token = socket.TryGetMptcpInfo(out MptcpInfo info) ? [Metrics.Tag(MptcpTelemetry.TokenAttribute, $"{info.Token:x8}")] : [];
        _addresses = [.. _token, .. Metrics.Addresses(local, peer)];
    }

    internal static IDisposable Start(Socket socket, IPEndPoint local, IPEndPoint peer)
    {
        ObservedConnection connection = s_all.GetOrAdd(socket, _ => new ObservedConnection(socket, local, peer));
        Interlocked.Increment(ref connection._observers);
        return new Observer(connection);
    }

    static IEnumerable<KeyValuePair<Socket, ObservedConnection>> Observed() => s_all.Where(one => Volatile.Read(ref one.Value._observers) > 0);

    IEnumerable<Measurement<int>> CountSubflows(Socket socket) => Read(socket) is { } subflows ? [new Measurement<int>(subflows.Length, _addresses)] : [];

    IEnumerable<Measurement<double>> ReadRtts(Socket socket) => (Read(socket) ?? [])
        .Where(subflow => subflow.SmoothedRtt is not null)
        .Select(subflow => new Measurement<double>(
            subflow.SmoothedRtt!.Value.TotalSeconds, [.. _token, .. Metrics.Addresses(subflow.LocalEndPoint, subflow.RemoteEndPoint)]));

    /// <summary>None of a connection that speaks TCP; null of one that is closed, and is not asked again then.</summary>
    static MptcpSubflow[]? Read(Socket socket)
    {
        try
        {
            var subflows = new MptcpSubflow[MostSubflows];
            return socket.TryGetMptcpSubflows(subflows, out int count) ? subflows[..Math.Min(count, subflows.Length)] : [];
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
