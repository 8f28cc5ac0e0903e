using System.Net;
using Mptcp.Dashboard.Feed;
using Mptcp.Netlink;
using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>A host whose connections a test sets.</summary>
sealed class FakeHost : IHostSource
{
    internal IReadOnlyList<ConnectionReading> Connections { get; set; } = [];

    internal MptcpHostSnapshot Host { get; set; } = new();

    internal IReadOnlyList<RelayedConnection> Relays { get; set; } = [];

    internal Exception? Failure { get; set; }

    internal int TimesOpened { get; private set; }

    internal int TimesClosed { get; private set; }

    internal int TimesRead { get; private set; }

    internal EventLog? Log { get; private set; }

    internal string? NoEvents { get; init; }

    public IHostReader Open(EventLog log)
    {
        (Log, TimesOpened) = (log, TimesOpened + 1);
        return new Reader(this);
    }

    internal static IPEndPoint EndPoint(int network, int number, int port) => new(new IPAddress([10, (byte)network, (byte)(number >> 8), (byte)number]), port);

    /// <summary>Returns a relayed connection: from a client over TCP to a connection of this host, or between two of them.</summary>
    internal static RelayedConnection Relay(string route, ConnectionReading? client, ConnectionReading server, long toServer = 0, long toClient = 0)
    {
        RelaySide accepted = client is null ? new RelaySide(EndPoint(7, 1, 5432), EndPoint(7, 2, 1000), MptcpState.Tcp) : new RelaySide(client.Local, client.Remote, MptcpState.Mptcp);
        return new RelayedConnection(route, EndPoint(8, 1, 9999), accepted, new RelaySide(server.Local, server.Remote, MptcpState.Mptcp), toServer, toClient);
    }

    /// <summary>Returns a connection with one path over each interface.</summary>
    internal static ConnectionReading Connection(int number, params string[] interfaces) => new((uint)number, EndPoint(1, number, 1000), EndPoint(9, 1, 443))
    {
        Process = $"program {number}",
        Paths = [.. interfaces.Select((name, i) => Path(number, i, name))],
    };

    internal static PathReading Path(int number, int index, string name, long received = 0, long sent = 0, long acked = 0, long retransmits = 0, bool isBackup = false) =>
        new(new PathKey((uint)number, EndPoint(index + 1, number, 1000 + index), EndPoint(9, 1, 443)), name)
        {
            RttMilliseconds = 10 + index,
            CongestionWindow = 10,
            BytesReceived = received,
            BytesSent = sent,
            BytesAcked = acked,
            Retransmits = retransmits,
            IsBackup = isBackup,
        };

    sealed class Reader(FakeHost host) : IHostReader
    {
        public string? NoEvents => host.NoEvents;

        public HostReading Read()
        {
            host.TimesRead++;
            return host.Failure is null ? new HostReading(host.Connections, 7, host.Host, MptcpDoctor.Examine(host.Host)) { Relays = host.Relays } : throw host.Failure;
        }

        public ValueTask DisposeAsync()
        {
            host.TimesClosed++;
            return ValueTask.CompletedTask;
        }
    }
}
