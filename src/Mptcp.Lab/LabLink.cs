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
    readonly List<LabCapture> _captures = [];
    int _faults;
    Wire? _wire;

    internal LabLink(int number, string name, LabHost firstHost, LabHost secondHost, LabLinkOptions options)
    {
        Number = number;
        Name = name;
        HasWire = options.Delay is not null;
        Networks = LinkNetworks.For(number, options);
        First = new LabInterface(this, firstHost, 1, options);
        Second = new LabInterface(this, secondHost, 2, options);
    }

    /// <summary>Gets the name. It is also the name of the network device at each end, until one is renamed.</summary>
    public string Name { get; }

    /// <summary>Gets the host with the first address of the link's networks.</summary>
    public LabHost FirstHost => First.Host;

    /// <summary>Gets the host with the second address of the link's networks.</summary>
    public LabHost SecondHost => Second.Host;

    internal int Number { get; }

    internal bool HasWire { get; }

    internal LinkNetworks Networks { get; }

    internal LabInterface First { get; }

    internal LabInterface Second { get; }

    internal Lock Lock { get; } = new();

    /// <summary>Gets the end of the link at one of its hosts.</summary>
    /// <exception cref="ArgumentException">The host is not on this link.</exception>
    public LabInterface GetInterface(LabHost host)
    {
        CheckEnd(host);
        return host == FirstHost ? First : Second;
    }

    /// <summary>Gets the first address that one of its hosts has on this link.</summary>
    /// <exception cref="ArgumentException">The host is not on this link, or the family is neither IPv4 nor IPv6.</exception>
    /// <exception cref="LabException">The host has no address of this family on this link.</exception>
    public IPAddress GetAddress(LabHost host, AddressFamily family = AddressFamily.InterNetwork)
    {
        CheckEnd(host);
        Families.Check(family, nameof(family));
        return GetInterface(host).FirstAddress(family).Address;
    }

    /// <summary>Bytes, headers included, that a host has sent over this link so far. What a fault has swallowed counts.</summary>
    /// <exception cref="ArgumentException">The host is not on this link.</exception>
    /// <exception cref="LabException">Somebody has removed its device.</exception>
    public long ReadBytesSent(LabHost from)
    {
        CheckEnd(from);
        string device = GetInterface(from).Name;
        string line = Plumbing.FindDevice(from.ReadLines(Plumbing.Devices), device)
            ?? throw new LabException($"Host '{from.Name}' has no device '{device}'.");
        string[] counters = line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int bytesSent = 8; // after eight columns of what was received: dev_seq_printf_stats in net/core/net-procfs.c
        return long.Parse(counters[bytesSent], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Takes the link down at both ends, which both hosts notice at once: routes over it are gone until it is up again, addresses stay. Disposing of
    /// the fault takes it up.
    /// </summary>
    public LabFault Down() => Begin($"{Name} is down", by =>
    {
        First.TimesDown += by;
        Second.TimesDown += by;
    });

    /// <summary>All packets vanish, and neither host notices by anything but that.</summary>
    /// <param name="from">Only packets of this host vanish; by default those of both.</param>
    public LabFault Blackhole(LabHost? from = null) => Interfere("swallows all packets", from, "drop");

    /// <summary>Packets are lost at random. Of a link without a rate, up to 64 KiB of packets are lost as one.</summary>
    /// <param name="probability">Of each packet, above 0 and up to 1, to a hundred-thousandth.</param>
    /// <param name="from">Only packets of this host; by default those of both.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not above 0 and up to 1.</exception>
    public LabFault DropPackets(double probability, LabHost? from = null)
    {
        const int precision = 100_000;
        CheckProbability(probability);
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
    public LabFault ResetTcp(LabHost? from = null) => Interfere("resets TCP", from, "tcp flags & rst == 0 reject with tcp reset");

    /// <summary>Packets come 10 ms later than they would, so that those behind them overtake them. The link needs a <see cref="LabLinkOptions.Delay"/>.</summary>
    /// <param name="probability">The share of the packets, above 0 and up to 1.</param>
    /// <param name="from">The host whose packets are concerned. The default is <see langword="null"/>: both.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not above 0 and up to 1.</exception>
    /// <exception cref="InvalidOperationException">The link was made without a delay.</exception>
    public LabFault ReorderPackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Reorder, "reorders", probability, from);

    /// <summary>Packets arrive twice. The link needs a <see cref="LabLinkOptions.Delay"/>, which can be zero.</summary>
    /// <inheritdoc cref="ReorderPackets"/>
    public LabFault DuplicatePackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Duplicate, "duplicates", probability, from);

    /// <summary>
    /// One bit of a packet changes, so that its checksum is wrong and the receiver drops it. The link needs a <see cref="LabLinkOptions.Delay"/>, which can be zero.
    /// </summary>
    /// <inheritdoc cref="ReorderPackets"/>
    public LabFault CorruptPackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Corrupt, "corrupts", probability, from);

    /// <summary>
    /// The first byte of the data in each TCP packet of more than 200 bytes is replaced, and the checksum of TCP corrected, as by a proxy that changes what passes it. Only
    /// the checksum of Multipath TCP can notice: <c>net.mptcp.checksum_enabled</c>.
    /// </summary>
    /// <param name="from">The host whose packets are concerned. The default is <see langword="null"/>: both.</param>
    public LabFault RewriteData(LabHost? from = null) => Interfere("rewrites data", from, "meta l4proto tcp meta length > 200 @ih,0,8 set 0x2a");

    /// <summary>Changes how long packets take, from now on. Those that are on their way are not concerned.</summary>
    /// <param name="delay">0 to 10 s.</param>
    /// <param name="jitter">By how much the delay varies: 0, the default, to <paramref name="delay"/>.</param>
    /// <param name="from">The host whose packets are concerned. The default is <see langword="null"/>: both.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay or the jitter is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The link was made without a delay.</exception>
    public void SetDelay(TimeSpan delay, TimeSpan jitter = default, LabHost? from = null)
    {
        WireDelay setting = WireDelay.Checked(delay, jitter, Name);
        foreach (LabInterface sender in Senders(from, needWire: true))
            sender.Delay = setting;
    }

    /// <summary>Changes how fast the link is, from now on.</summary>
    /// <param name="megabitsPerSecond">0.01 to 10,000 megabits (10⁶ bits) per second, or <see langword="null"/> for as fast as the machine.</param>
    /// <param name="from">The host whose packets are concerned. The default is <see langword="null"/>: both.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public void SetRate(double? megabitsPerSecond, LabHost? from = null)
    {
        LabLinkOptions.CheckRate(megabitsPerSecond, Name);
        lock (Lock)
        {
            foreach (LabInterface sender in Senders(from))
                sender.SetRate(megabitsPerSecond);
        }
    }

    /// <summary>
    /// Writes the packets of the link, of both directions, to a file that Wireshark and tcpdump read (pcapng), as <see cref="FirstHost"/> sees them: with those that a
    /// fault then drops. It ends when the result or the network is disposed, or the first host's interface is unplugged.
    /// </summary>
    /// <param name="path">The file. If it exists, it is replaced.</param>
    /// <returns>The capture; disposing it completes the file.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public LabCapture Capture(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (Lock)
        {
            FirstHost.ThrowIfGone();
            var capture = new LabCapture(path, First);
            _captures.Add(capture);
            return capture;
        }
    }

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

    /// <summary>Makes the link, or leaves nothing of it.</summary>
    internal void Make()
    {
        try
        {
            Connect();
            First.Furnish();
            Second.Furnish();
            lock (Lock)
                Settle();
        }
        catch (LabException e)
        {
            Undo(Remove, e);
            throw;
        }
    }

    /// <summary>Ends what carries its packets, and what writes them to files.</summary>
    internal void End()
    {
        _wire?.Dispose();
        foreach (LabCapture capture in _captures)
            capture.Dispose();
    }

    void Connect()
    {
        if (!HasWire)
        {
            FirstHost.Tell(RouteRequests.AddCable(this));
            return;
        }

        LabHost backstage = FirstHost.Network.Backstage;
        foreach (LabInterface end in new[] { First, Second })
            end.Host.Tell(RouteRequests.AddCable(end, backstage));

        _wire = Wire.Start(this, backstage);
    }

    void Remove()
    {
        FirstHost.TellIfThere([RouteRequests.RemoveDevice(Name)]);
        SecondHost.TellIfThere([RouteRequests.RemoveDevice(Name)]);
        End();
        First.Unfurnish();
        Second.Unfurnish();
    }

    /// <summary>
    /// Changes how many faults want something of the ends, by 1 now and by -1 when the fault is lifted, and makes the ends so. If the kernel refuses, the
    /// change is taken back.
    /// </summary>
    internal LabFault Begin(string description, Action<int> change)
    {
        Apply(1);
        return new LabFault(description, () => Apply(-1));

        void Apply(int by)
        {
            FirstHost.ThrowIfGone();
            lock (Lock)
            {
                change(by);
                try
                {
                    Settle();
                }
                catch (LabException e)
                {
                    change(-by);
                    Undo(Settle, e);
                    throw;
                }
            }
        }
    }

    /// <summary>Makes both ends what the faults leave of them. The caller holds the <see cref="Lock"/>.</summary>
    internal void Settle()
    {
        LabInterface[] ends = [First, Second];
        bool[] didPass = [.. ends.Select(end => end.ShouldPass)];
        LabInterface[] nowUp = [.. ends.Where(end => end.Settle())];
        if (didPass is not [true, true])
        {
            foreach (LabInterface end in ends.Where(end => end.ShouldPass))
                end.Host.AwaitDevice(end.Name);
        }

        foreach (LabInterface end in nowUp)
            end.RestoreRoutes();
    }

    LabFault Interfere(string what, LabHost? from, string rule)
    {
        LabInterface[] receivers = from is null ? [First, Second] : [GetInterface(from).Peer];
        string chain = $"link-{Name}-{Interlocked.Increment(ref _faults)}";
        var affected = new Queue<LabInterface>();
        foreach (LabInterface receiver in receivers)
        {
            try
            {
                receiver.Interfere(chain, rule);
                affected.Enqueue(receiver);
            }
            catch (LabException e)
            {
                Undo(LeaveInPeace, e);
                throw;
            }
        }

        return new LabFault($"{Name} {what}{(from is null ? "" : $" of {from.Name}")}", LeaveInPeace);

        void LeaveInPeace()
        {
            while (affected.TryPeek(out LabInterface? receiver))
            {
                receiver.LeaveInPeace(chain);
                affected.Dequeue(); // only now: if this has failed, it can be tried again
            }
        }
    }

    LabFault Begin(WireFault.Kind kind, string verb, double probability, LabHost? from)
    {
        CheckProbability(probability);
        var fault = new WireFault(kind, probability);
        LabInterface[] senders = Senders(from, needWire: true);
        lock (Lock)
        {
            FirstHost.ThrowIfGone();
            foreach (LabInterface sender in senders)
                sender.Begin(fault);
        }

        return new LabFault(string.Create(CultureInfo.InvariantCulture, $"{Name} {verb} {probability * 100:0.###}% of the packets{(from is null ? "" : $" of {from.Name}")}"), () =>
        {
            lock (Lock)
            {
                foreach (LabInterface sender in senders)
                    sender.End(fault);
            }
        });
    }

    LabInterface[] Senders(LabHost? from, bool needWire = false)
    {
        if (needWire && !HasWire)
            throw new InvalidOperationException($"Link '{Name}' was made without a delay: give its options a {nameof(LabLinkOptions.Delay)}, which can be zero.");

        return from is null ? [First, Second] : [GetInterface(from)];
    }

    static void CheckProbability(double probability)
    {
        if (!(probability is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability must be above 0 and up to 1.");
    }

    static void Undo(Action undo, LabException why)
    {
        try
        {
            undo();
        }
        catch (LabException more)
        {
            throw new LabException($"{why.Message} The lab could not go back to what it was: {more.Message}", new AggregateException(why, more));
        }
    }

    void CheckEnd(LabHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host != FirstHost && host != SecondHost)
            throw new ArgumentException($"Host '{host.Name}' is not on link '{Name}', which connects '{FirstHost.Name}' and '{SecondHost.Name}'.", nameof(host));
    }
}
