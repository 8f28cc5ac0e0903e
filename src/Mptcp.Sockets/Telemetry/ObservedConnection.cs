using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Telemetry;

/// <summary>A connection that is asked about its subflows whenever meters are read.</summary>
sealed class ObservedConnection : IDisposable
{
    static readonly ConcurrentDictionary<ObservedConnection, byte> s_all = [];

    static ObservedConnection()
    {
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.Subflows, () => s_all.Keys.SelectMany(connection => connection.CountSubflows()), "{subflow}", "Subflows of observed connections.");
        Metrics.Meter.CreateObservableGauge(
            MptcpTelemetry.SubflowRtt, () => s_all.Keys.SelectMany(connection => connection.ReadRtts()), "s", "Smoothed round-trip time of the subflows of observed connections.");
    }

    readonly WeakReference<Socket> _socket; // whoever forgets it need not have us forget it first
    readonly KeyValuePair<string, object?>[] _addresses;

    ObservedConnection(Socket socket, KeyValuePair<string, object?>[] addresses)
    {
        _socket = new WeakReference<Socket>(socket);
        _addresses = addresses;
    }

    internal static ObservedConnection Start(Socket socket, IPEndPoint local, IPEndPoint peer)
    {
        foreach (ObservedConnection other in s_all.Keys)
        {
            if (!other._socket.TryGetTarget(out Socket? target) || target.SafeHandle.IsClosed)
                other.Dispose(); // meters may never be read
        }

        var connection = new ObservedConnection(socket, Metrics.Addresses(local, peer));
        s_all.TryAdd(connection, 0);
        return connection;
    }

    public void Dispose() => s_all.TryRemove(this, out _);

    IEnumerable<Measurement<int>> CountSubflows() => Read() is { } subflows ? [new Measurement<int>(subflows.Length, _addresses)] : [];

    IEnumerable<Measurement<double>> ReadRtts() => (Read() ?? [])
        .Where(subflow => subflow.SmoothedRtt is not null)
        .Select(subflow => new Measurement<double>(subflow.SmoothedRtt!.Value.TotalSeconds, Metrics.Addresses(subflow.LocalEndPoint, subflow.RemoteEndPoint)));

    /// <summary>None of a connection that speaks TCP; null of one that is closed, and is not asked again then.</summary>
    MptcpSubflow[]? Read()
    {
        if (!_socket.TryGetTarget(out Socket? socket))
        {
            Dispose();
            return null;
        }

        try
        {
            var subflows = new MptcpSubflow[SubflowReader.Usual];
            return socket.TryGetMptcpSubflows(subflows, out int count) ? subflows[..Math.Min(count, subflows.Length)] : [];
        }
        catch (ObjectDisposedException)
        {
            Dispose();
            return null;
        }
    }
}
