using System.Net;
using Mptcp.Dashboard.Feed;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>A host whose connections a test sets.</summary>
sealed class FakeHost : IHostSource
{
    internal IReadOnlyList<ConnectionReading> Connections { get; set; } = [];

    internal MptcpHostSnapshot Host { get; set; } = new();

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
            return host.Failure is null ? new HostReading(host.Connections, 7, host.Host, MptcpDoctor.Examine(host.Host)) : throw host.Failure;
        }

        public ValueTask DisposeAsync()
        {
            host.TimesClosed++;
            return ValueTask.CompletedTask;
        }
    }
}
