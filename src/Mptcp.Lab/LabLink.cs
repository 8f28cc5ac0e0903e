using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// A link between two hosts. Its faults happen where packets arrive, as on a real path: who sends notices nothing, unless the link is taken down.
/// Can be used from several threads at once.
/// </summary>
public sealed class LabLink
{
    readonly Lock _lock = new();
    int _timesDown;
    int _faults;

    internal LabLink(LinkPlan plan, LabHost firstHost, LabHost secondHost)
    {
        Plan = plan;
        FirstHost = firstHost;
        SecondHost = secondHost;
    }

    /// <summary>Its name, which is also that of the network device at each end.</summary>
    public string Name => Plan.Name;

    /// <summary>The host with the first address of its networks.</summary>
    public LabHost FirstHost { get; }

    /// <summary>The host with the second address.</summary>
    public LabHost SecondHost { get; }

    internal LinkPlan Plan { get; }

    /// <summary>The address of one of its hosts on it.</summary>
    /// <exception cref="ArgumentException">The host is not on this link, or the family is not one of the internet's.</exception>
    public IPAddress GetAddress(LabHost host, AddressFamily family = AddressFamily.InterNetwork)
    {
        CheckEnd(host);
        return family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? Plan.AddressOf(host.Name, family)
            : throw new ArgumentException($"A link has addresses of the families InterNetwork and InterNetworkV6, not {family}.", nameof(family));
    }

    /// <summary>Bytes, headers included, that a host has sent over this link so far. What a fault has swallowed counts.</summary>
    /// <exception cref="ArgumentException">The host is not on this link.</exception>
    /// <exception cref="LabException">Somebody has removed its device.</exception>
    public long ReadBytesSent(LabHost from)
    {
        CheckEnd(from);
        string line = Plumbing.FindDevice(from.ReadLines(Plumbing.Devices), Name)
            ?? throw new LabException($"Host '{from.Name}' has no device '{Name}' any more.");
        string[] counters = line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int bytesSent = 8; // after eight columns of what was received: dev_seq_printf_stats in net/core/net-procfs.c
        return long.Parse(counters[bytesSent], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Takes the link down at both ends, which both hosts notice at once: routes over it are gone until it is up again, addresses stay. Disposing of
    /// the fault takes it up.
    /// </summary>
    public LabFault Down()
    {
        lock (_lock)
        {
            FirstHost.ThrowIfGone();
            if (_timesDown == 0)
                ForEach([FirstHost, SecondHost], host => host.Ip([Plumbing.SetUp(Plan, false)]), undo: TakeUp);

            _timesDown++;
        }

        return new LabFault($"{Name} is down", Up);
    }

    /// <summary>All packets vanish, and neither host notices by anything but that.</summary>
    /// <param name="from">Only packets of this host vanish; by default those of both.</param>
    public LabFault Blackhole(LabHost? from = null) => Interfere("swallows all packets", from, "drop");

    /// <summary>Packets are lost at random. Of a link without a rate, up to 64 KiB of packets are lost as one.</summary>
    /// <param name="probability">Of each packet, above 0 and up to 1, to a hundred-thousandth.</param>
    /// <param name="from">Only packets of this host; by default those of both.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not above 0 and up to 1.</exception>
    public LabFault Lose(double probability, LabHost? from = null)
    {
        const int precision = 100_000;
        if (!(probability is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of a loss must be above 0 and up to 1.");

        int share = Math.Max(1, (int)Math.Round(probability * precision));
        return Interfere(string.Create(CultureInfo.InvariantCulture, $"loses {probability * 100:0.###}% of the packets"), from, share == precision ? "drop" : $"numgen random mod {precision} < {share} drop");
    }

    /// <summary>The Multipath TCP option is replaced by padding, as some proxies and firewalls do: connections fall back to TCP, or were it before.</summary>
    /// <param name="from">Only in packets of this host; by default in those of both.</param>
    public LabFault StripMptcp(LabHost? from = null) => Interfere("strips Multipath TCP", from, "reset tcp option mptcp");

    /// <summary>The same in answers to SYNs only, so that the server learns of it later than the client.</summary>
    /// <param name="from">Only in packets of this host; by default in those of both.</param>
    public LabFault StripMptcpFromSynAcks(LabHost? from = null) =>
        Interfere("strips Multipath TCP from SYN+ACKs", from, "tcp flags & (syn | ack) == (syn | ack) reset tcp option mptcp");

    /// <summary>SYNs that ask for Multipath TCP vanish, as behind some firewalls; all other packets pass, and so do those of established connections.</summary>
    /// <param name="from">Only SYNs of this host; by default those of both.</param>
    public LabFault DropMptcpSyns(LabHost? from = null) =>
        Interfere("drops SYNs with Multipath TCP", from, "tcp flags & (syn | ack) == syn tcp option mptcp exists drop");

    /// <summary>Each TCP packet that is no reset itself is answered with one in the receiver's name, which does not get it.</summary>
    /// <param name="from">Only packets of this host; by default those of both.</param>
    public LabFault Reset(LabHost? from = null) => Interfere("resets TCP", from, "tcp flags & rst == 0 reject with tcp reset");

    /// <summary>Takes the link down and up again, several times; it is up in the end, also when this is cancelled.</summary>
    /// <param name="times">How often, 1 or more.</param>
    /// <param name="down">How long it is down each time.</param>
    /// <param name="up">How long it is up after each time.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is less than 1, or a duration negative.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public async Task FlapAsync(int times, TimeSpan down, TimeSpan up, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(down, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(up, TimeSpan.Zero);
        for (int i = 0; i < times; i++)
        {
            using (Down())
                await Task.Delay(down, cancellationToken).ConfigureAwait(false);

            await Task.Delay(up, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Its name and what it connects.</summary>
    public override string ToString() => $"{Name} ({FirstHost.Name} - {SecondHost.Name})";

    void Up()
    {
        lock (_lock)
        {
            if (_timesDown == 1)
                TakeUp([FirstHost, SecondHost]);

            _timesDown--; // only now: where this has failed, it can be tried again
        }
    }

    void TakeUp(IReadOnlyCollection<LabHost> ends)
    {
        foreach (LabHost host in ends)
            host.Ip([Plumbing.SetUp(Plan, true)]);

        foreach (LabHost host in ends)
            host.AwaitDevices([this]);

        foreach (LabHost host in ends)
        {
            foreach (AddressFamily family in Plumbing.Families)
                host.Ip(Plumbing.Routes(Plan, host.Name, family), family);
        }
    }

    LabFault Interfere(string what, LabHost? from, string rule)
    {
        if (from is not null)
            CheckEnd(from);

        LabHost[] receivers = from is null ? [FirstHost, SecondHost] : [from == FirstHost ? SecondHost : FirstHost];
        string chain = $"link-{Name}-{Interlocked.Increment(ref _faults)}";
        ForEach(receivers, receiver => receiver.Nft(Plumbing.Interfere(Name, chain, rule)), undo: LeaveInPeace);

        var affected = new Queue<LabHost>(receivers);
        return new LabFault($"{Name} {what}{(from is null ? "" : $" of {from.Name}")}", () =>
        {
            while (affected.TryPeek(out LabHost? receiver))
            {
                LeaveInPeace([receiver]);
                affected.Dequeue(); // only now: where this has failed, it can be tried again
            }
        });

        void LeaveInPeace(IReadOnlyCollection<LabHost> hosts)
        {
            foreach (LabHost host in hosts)
                host.Nft(Plumbing.LeaveInPeace(chain));
        }
    }

    /// <summary>Does something at hosts, all or none: where one refuses, it is undone at those before.</summary>
    static void ForEach(IEnumerable<LabHost> hosts, Action<LabHost> action, Action<IReadOnlyCollection<LabHost>> undo)
    {
        var done = new List<LabHost>();
        try
        {
            foreach (LabHost host in hosts)
            {
                action(host);
                done.Add(host);
            }
        }
        catch (LabException e)
        {
            try
            {
                undo(done);
            }
            catch (LabException more)
            {
                throw new LabException($"{e.Message} What was done before cannot be undone: {more.Message}", new AggregateException(e, more));
            }

            throw;
        }
    }

    void CheckEnd(LabHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host != FirstHost && host != SecondHost)
            throw new ArgumentException($"Host '{host.Name}' is not on link '{Name}', which connects '{FirstHost.Name}' and '{SecondHost.Name}'.", nameof(host));
    }
}
