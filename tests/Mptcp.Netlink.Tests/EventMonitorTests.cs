using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.Tests;

public class EventMonitorTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_monitor_reads_the_same_events_as_ip()
    {
        using var hosts = new TwoHosts(null, null);
        using MptcpPathManager client = hosts.Client.Run(MptcpPathManager.Open), server = hosts.Server.Run(MptcpPathManager.Open);
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        await using IpMonitor ipAtClient = await IpMonitor.StartAsync(hosts.Client), ipAtServer = await IpMonitor.StartAsync(hosts.Server);
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        uint token, peerToken;

        client.SetLimits(new MptcpLimits(ExtraSubflows: 2, AcceptedAddresses: 0));
        using (Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any))
        {
            token = connection.Client.GetMptcpInfo().Token;
            peerToken = connection.Server.GetMptcpInfo().Token;
            byte id = client.AddEndpoint(second, Subflow, hosts.SecondLink.Name).Id;
            MptcpSubflowEstablished joined = await atServer.FindAsync<MptcpSubflowEstablished>();
            joined.Should().Match<MptcpSubflowEstablished>(e => e.Token == peerToken && e.RemoteAddressId == id && e.RemoteEndPoint.Address.Equals(second) && !e.IsBackup);

            client.SetEndpointFlags(id, Subflow | Backup);
            (await atServer.FindAsync<MptcpSubflowPriorityChanged>()).IsBackup.Should().BeTrue();

            byte announced = server.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Server), Signal).Id;
            (await atClient.FindAsync<MptcpAddressAnnounced>()).Should().Be(
                new MptcpAddressAnnounced(token, announced, new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), connection.Listener.Port())));
            server.RemoveEndpoint(announced);
            (await atClient.FindAsync<MptcpAddressRemoved>()).Should().Be(new MptcpAddressRemoved(token, announced));

            client.RemoveEndpoint(id);
            (await atClient.FindAsync<MptcpSubflowClosed>()).LocalAddressId.Should().Be(id);
            await atServer.FindAsync<MptcpSubflowClosed>();
        }

        await atClient.FindAsync<MptcpConnectionClosed>(e => e.Token == token);
        await atServer.FindAsync<MptcpConnectionClosed>(e => e.Token == peerToken);
        foreach ((EventLog ours, IpMonitor ip) in new[] { (atClient, ipAtClient), (atServer, ipAtServer) })
        {
            await Eventually.TrueAsync(() => ip.Lines.Any(line => line.Contains(" CLOSED", StringComparison.Ordinal)), "ip has seen the end, too");
            IpMonitor.LinesOf(ours.Events).Should().Equal(ip.Lines);
        }

        atServer.Events.OfType<MptcpConnectionCreated>().Should().OnlyContain(e => e.IsServerSide).And.ContainSingle();
        atClient.Events.OfType<MptcpConnectionEstablished>().Should().OnlyContain(e => !e.IsServerSide).And.ContainSingle();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_monitor_reads_the_events_of_listeners()
    {
        using var one = new OneHost();
        if (MptcpCapabilities.Probe().KernelVersion < new Version(6, 3))
            Needs.KernelLacks("that tells about listeners (6.3).");

        await using EventLog log = EventLog.Open(one.Host);
        IPEndPoint endPoint;
        using (Socket listener = one.Host.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Loopback, 0))))
            endPoint = listener.EndPoint();

        (await log.FindAsync<MptcpListenerCreated>()).LocalEndPoint.Should().Be(endPoint);
        (await log.FindAsync<MptcpListenerClosed>()).LocalEndPoint.Should().Be(endPoint);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_monitor_reads_why_a_subflow_failed()
    {
        Needs.LabFaults();
        const int ECONNREFUSED = 111;
        using var hosts = new TwoHosts(null, null);
        using MptcpPathManager client = hosts.Client.Run(MptcpPathManager.Open);
        await using EventLog log = EventLog.Open(hosts.Client);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);

        using (hosts.SecondLink.ResetTcp())
        {
            client.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Client), Subflow, hosts.SecondLink.Name);

            (await log.FindAsync<MptcpSubflowClosed>()).ErrorNumber.Should().Be(ECONNREFUSED);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_monitors_read_the_same_events()
    {
        using var one = new OneHost();
        await using EventLog first = EventLog.Open(one.Host), second = EventLog.Open(one.Host);
        uint token = one.Host.Run(ConnectAndClose);

        await first.FindAsync<MptcpConnectionClosed>(e => e.Token == token);
        await second.FindAsync<MptcpConnectionClosed>(e => e.Token == token);
        await Eventually.TrueAsync(() => first.Events.SequenceEqual(second.Events), "both have seen the same");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_cancelled_reader_continues_where_it_was()
    {
        using var one = new OneHost();
        await using MptcpEventMonitor monitor = one.Host.Run(() => MptcpEventMonitor.Open());
        using var cancellation = new CancellationTokenSource();
        await using (IAsyncEnumerator<MptcpEvent> reader = monitor.ReadAllAsync(cancellation.Token).GetAsyncEnumerator())
        {
            Task<bool> waiting = reader.MoveNextAsync().AsTask();
            Func<Task> another = async () => await monitor.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync();
            await another.Should().ThrowAsync<InvalidOperationException>().WithMessage("Another reader is reading*");
            waiting.IsCompleted.Should().BeFalse();
            await cancellation.CancelAsync();
            await waiting.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        }

        uint token = one.Host.Run(ConnectAndClose);
        (await ReadUntilAsync(monitor, e => e is MptcpConnectionClosed closed && closed.Token == token)).Should().ContainItemsAssignableTo<MptcpEvent>()
            .And.Contain(e => e is MptcpConnectionCreated);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_waiting_reader_ends_with_the_monitor()
    {
        using var one = new OneHost();
        MptcpEventMonitor monitor = one.Host.Run(() => MptcpEventMonitor.Open());
        Task<bool> waiting = monitor.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync().AsTask();
        waiting.IsCompleted.Should().BeFalse();

        await monitor.DisposeAsync();
        await monitor.DisposeAsync();

        (await waiting.WaitAsync(Limit.OfAWait)).Should().BeFalse();
        await monitor.Awaiting(m => m.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync().AsTask()).Should().ThrowAsync<ObjectDisposedException>();
    }

    /// <summary>The kernel has room for a few events, and nobody reads while hundreds arrive.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_loss_of_events_is_reported_at_its_place()
    {
        const int connections = 100;
        using var one = new OneHost();
        await using MptcpEventMonitor monitor = one.Host.Run(() => MptcpEventMonitor.Open(receiveBufferSize: 8 * 1024));
        monitor.ReceiveBufferSize.Should().BeLessThan(64 * 1024);
        for (int i = 0; i < connections; i++)
            one.Host.Run(ConnectAndClose);

        List<MptcpEvent> events = [];
        uint last = 0;
        await foreach (MptcpEvent what in monitor.ReadAllAsync())
        {
            events.Add(what);
            if (what is MptcpEventsLost)
                last = one.Host.Run(ConnectAndClose);
            if (what is MptcpConnectionClosed closed && closed.Token == last)
                break;
        }

        int gap = events.FindIndex(e => e is MptcpEventsLost);
        events.OfType<MptcpEventsLost>().Should().ContainSingle();
        gap.Should().BeInRange(1, 6 * connections, "the first events were kept");
        events.Take(gap).OfType<MptcpConnectionEvent>().Should().NotContain(e => e.Token == last, "these are from before");
        events.Skip(gap).OfType<MptcpConnectionCreated>().Should().Contain(e => e.Token == last, "nothing is lost any more");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_buffer_of_the_kernel_has_the_requested_size()
    {
        using var one = new OneHost();
        await using MptcpEventMonitor monitor = one.Host.Run(() => MptcpEventMonitor.Open(receiveBufferSize: 3 * 1024 * 1024));
        monitor.ReceiveBufferSize.Should().BeOneOf(3 * 1024 * 1024, 2 * Maximum("rmem_max"));

        Action small = () => MptcpEventMonitor.Open(receiveBufferSize: 100);
        small.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("receiveBufferSize");

        static int Maximum(string name) => int.Parse(File.ReadAllText($"/proc/sys/net/core/{name}"), System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task<List<MptcpEvent>> ReadUntilAsync(MptcpEventMonitor monitor, Func<MptcpEvent, bool> isLast)
    {
        List<MptcpEvent> events = [];
        await foreach (MptcpEvent what in monitor.ReadAllAsync())
        {
            events.Add(what);
            if (isLast(what))
                break;
        }

        return events;
    }

    /// <summary>Opens and closes a connection on loopback, and returns the token of the client.</summary>
    static uint ConnectAndClose()
    {
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket client = MptcpSocket.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        return client.GetMptcpInfo().Token;
    }
}
