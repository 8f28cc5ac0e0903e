using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;
using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Feed;

/// <summary>Reads connections at each look, and everything that costs more every five seconds.</summary>
sealed class KernelReader : IHostReader
{
    static readonly TimeSpan s_slow = TimeSpan.FromSeconds(5);
    static readonly MptcpConnectionFilter s_withPaths = new() { IncludeSubflows = true };

    readonly NetworkNamespace _network;
    readonly EventLog _log;
    readonly IRelayList? _relays;
    readonly MptcpConnectionReader _connections;
    readonly MptcpEventMonitor? _monitor;
    readonly Task _events;
    MptcpHostSnapshot _host;
    IReadOnlyList<MptcpFinding> _findings;
    IReadOnlyDictionary<long, MptcpSocketOwner> _owners;
    InterfaceNames _interfaces;
    long _slowAt;

    internal KernelReader(NetworkNamespace network, EventLog log, IRelayList? relays)
    {
        (_network, _log, _relays) = (network, log, relays);
        _host = network.Run(MptcpHostSnapshot.Take);
        (_findings, _interfaces, _owners) = (MptcpDoctor.Examine(_host), new InterfaceNames(_host.Interfaces), new Dictionary<long, MptcpSocketOwner>());
        _connections = network.Run(MptcpConnectionReader.Open);
        try
        {
            _monitor = network.Run(() => MptcpEventMonitor.Open());
        }
        catch (Exception e) when (e is MptcpPrivilegeException or MptcpNotSupportedException)
        {
            NoEvents = e is MptcpPrivilegeException
                ? "The kernel reports events and the reasons of lost paths only to programs with the capability CAP_NET_ADMIN. This log shows the paths that came and went between two readings."
                : e.Message;
        }
        catch
        {
            _connections.Dispose();
            throw;
        }

        _events = _monitor is null ? Task.CompletedTask : FollowAsync(_monitor);
    }

    public string? NoEvents { get; }

    public HostReading Read()
    {
        IReadOnlyList<MptcpConnection> connections = List();
        if (_slowAt == 0 || Stopwatch.GetElapsedTime(_slowAt) > s_slow)
            ReadSlow(connections);

        ConnectionReading[] readings = [.. connections.Where(connection => connection.Token != 0).Select(Convert)];
        return new HostReading(readings, CountTcp(readings), _host, _findings) { Relays = _relays?.Read() ?? [] };
    }

    public async ValueTask DisposeAsync()
    {
        _connections.Dispose();
        if (_monitor is not null)
            await _monitor.DisposeAsync();

        await _events;
    }

    /// <summary>Returns nothing where the kernel cannot list connections: the findings say why, and the pages still show the rest.</summary>
    IReadOnlyList<MptcpConnection> List()
    {
        try
        {
            return _connections.List(s_withPaths);
        }
        catch (MptcpNotSupportedException)
        {
            return [];
        }
    }

    void ReadSlow(IReadOnlyList<MptcpConnection> connections)
    {
        if (_slowAt != 0)
        {
            _host = _network.Run(MptcpHostSnapshot.Take);
            _findings = MptcpDoctor.Examine(_host);
            _interfaces = new InterfaceNames(_host.Interfaces);
        }

        _owners = MptcpSocketOwner.Find(connections.Select(connection => connection.Inode));
        _slowAt = Stopwatch.GetTimestamp();
    }

    ConnectionReading Convert(MptcpConnection connection) => new(connection.Token, connection.LocalEndPoint, connection.RemoteEndPoint)
    {
        State = connection.State,
        HasFallenBack = connection.Info?.HasFallenBack ?? false,
        Process = _owners.GetValueOrDefault(connection.Inode) is { } owner ? $"{owner.Name} {owner.ProcessId}" : "",
        Paths = connection.Subflows is { } paths ? [.. paths.OrderByDescending(path => IsInitial(path, connection)).Select(path => PathReading.Of(connection.Token, path, _interfaces))] : null,
    };

    /// <summary>The kernel lists paths in any order. The path on which the connection began is number 1.</summary>
    static bool IsInitial(MptcpConnectionSubflow path, MptcpConnection connection) =>
        path.LocalEndPoint.Equals(connection.LocalEndPoint) && path.RemoteEndPoint.Equals(connection.RemoteEndPoint);

    /// <summary>The kernel counts all TCP connections, the paths of MPTCP connections among them.</summary>
    int? CountTcp(ConnectionReading[] connections)
    {
        string[] lines = _network.Run(() => File.ReadAllLines("/proc/thread-self/net/snmp"));
        string[][] tcp = [.. lines.Where(line => line.StartsWith("Tcp: ", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        if (tcp is not [var names, var values] || Array.IndexOf(names, "CurrEstab") is not (> 0 and var index) || index >= values.Length
            || !int.TryParse(values[index], NumberStyles.None, CultureInfo.InvariantCulture, out int all))
        {
            return null;
        }

        int paths = connections.Sum(connection => Math.Max(
            connection.Paths?.Count(path => path.State is TcpState.Established or TcpState.CloseWait) ?? 1, connection.HasFallenBack ? 1 : 0));
        return Math.Max(all - paths, 0);
    }

    async Task FollowAsync(MptcpEventMonitor monitor)
    {
        for (bool isAtEnd = false; !isAtEnd;)
        {
            try
            {
                await foreach (MptcpEvent what in monitor.ReadAllAsync())
                    _log.Add(EventEntries.Of(what, _interfaces));

                isAtEnd = true;
            }
            catch (InvalidDataException e)
            {
                _log.Add(new LogEntry(DateTimeOffset.UtcNow, 0, LogKind.Other, e.Message)); // and the reading resumes after it
            }
        }
    }
}
