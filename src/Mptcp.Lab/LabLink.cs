using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// A link between two hosts. Its faults happen at the receiver, as on a real path, so the sender does not notice. Only <see cref="Down"/>
/// affects both. Thread-safe.
/// </summary>
public sealed partial class LabLink
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

    /// <summary>Gets the name of the link. It is also the name of the network device at each end, unless that is renamed.</summary>
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

    /// <summary>Gets the interface of a host on this link.</summary>
    /// <exception cref="ArgumentException">The host is not on this link.</exception>
    public LabInterface GetInterface(LabHost host)
    {
        CheckEnd(host);
        return host == FirstHost ? First : Second;
    }

    /// <summary>Gets the first address of a host on this link.</summary>
    /// <exception cref="ArgumentException">The host is not on this link, or the family is neither IPv4 nor IPv6.</exception>
    /// <exception cref="LabException">The host has no address of this family on this link.</exception>
    public IPAddress GetAddress(LabHost host, AddressFamily family = AddressFamily.InterNetwork)
    {
        CheckEnd(host);
        Families.Check(family, nameof(family));
        return GetInterface(host).FirstAddress(family).Address;
    }

    /// <summary>Gets the number of bytes that a host has sent over this link, including headers and packets that a fault dropped.</summary>
    /// <exception cref="ArgumentException">The host is not on this link.</exception>
    /// <exception cref="LabException">The host does not have the device: it is unplugged, or somebody removed it.</exception>
    public long ReadBytesSent(LabHost from)
    {
        CheckEnd(from);
        string device = GetInterface(from).Name;
        string line = Plumbing.FindDevice(from.ReadLines(Plumbing.Devices), device)
            ?? throw new LabException($"Host '{from.Name}' has no device '{device}'.");
        string[] counters = line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int bytesSent = 8; // after eight columns of received data: dev_seq_printf_stats in net/core/net-procfs.c
        return long.Parse(counters[bytesSent], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Takes the link down at both ends. Both hosts notice it at once. Addresses stay. The routes of the lab over the link
    /// are gone until it is up again; those that programs have added are gone for good. Disposing the fault takes the link up.
    /// </summary>
    public LabFault Down() => Begin($"{Name} is down", by =>
    {
        First.TimesDown += by;
        Second.TimesDown += by;
    });

    /// <summary>Drops all packets. Neither host gets an error.</summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    /// <example>
    /// <code>
    /// using (wifi.Blackhole())
    ///     await stream.ReadExactlyAsync(buffer);
    /// </code>
    /// </example>
    public LabFault Blackhole(LabHost? from = null) => Interfere("swallows all packets", from, "drop");

    /// <summary>Drops packets at random. Without a rate or a delay, up to 64 KiB of packets are dropped as one.</summary>
    /// <param name="probability">The share of the packets, greater than 0 and at most 1, rounded to a hundred-thousandth.</param>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not greater than 0 and at most 1.</exception>
    /// <example><code>using LabFault fault = wifi.DropPackets(0.1);</code></example>
    public LabFault DropPackets(double probability, LabHost? from = null)
    {
        const int precision = 100_000;
        CheckProbability(probability);
        int share = Math.Max(1, (int)Math.Round(probability * precision));
        return Interfere(string.Create(CultureInfo.InvariantCulture, $"loses {probability * 100:0.###}% of the packets"), from, share == precision ? "drop" : $"numgen random mod {precision} < {share} drop");
    }

    /// <summary>Replaces the MPTCP option by padding, as some proxies and firewalls do. Connections fall back to TCP.</summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    public LabFault StripMptcp(LabHost? from = null) => Interfere("strips MPTCP", from, "reset tcp option mptcp");

    /// <summary>Replaces the MPTCP option by padding in SYN+ACKs only, so that the server falls back later than the client.</summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    public LabFault StripMptcpFromSynAcks(LabHost? from = null) =>
        Interfere("strips MPTCP from SYN+ACKs", from, "tcp flags & (syn | ack) == (syn | ack) reset tcp option mptcp");

    /// <summary>
    /// Drops SYNs with MPTCP, as some firewalls do. All other packets pass, including those of established MPTCP connections.
    /// </summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    public LabFault DropMptcpSyns(LabHost? from = null) =>
        Interfere("drops SYNs with MPTCP", from, "tcp flags & (syn | ack) == syn tcp option mptcp exists drop");

    /// <summary>
    /// Answers each TCP packet, except resets, with a reset in the name of the receiver. The receiver does not get the packet.
    /// </summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    public LabFault ResetTcp(LabHost? from = null) => Interfere("resets TCP", from, "tcp flags & rst == 0 reject with tcp reset");

    /// <summary>
    /// Delays packets by 10 ms at random, so that later packets overtake them. The link needs a <see cref="LabLinkOptions.Delay"/>.
    /// </summary>
    /// <param name="probability">The share of the packets, greater than 0 and at most 1.</param>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not greater than 0 and at most 1.</exception>
    /// <exception cref="InvalidOperationException">The link was created without a delay.</exception>
    public LabFault ReorderPackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Reorder, "reorders", probability, from);

    /// <summary>Delivers packets twice at random. The link needs a <see cref="LabLinkOptions.Delay"/>, which can be zero.</summary>
    /// <inheritdoc cref="ReorderPackets"/>
    public LabFault DuplicatePackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Duplicate, "duplicates", probability, from);

    /// <summary>
    /// Changes one bit of packets at random, so that the checksum is wrong and the receiver drops them. The link needs a
    /// <see cref="LabLinkOptions.Delay"/>, which can be zero.
    /// </summary>
    /// <inheritdoc cref="ReorderPackets"/>
    public LabFault CorruptPackets(double probability, LabHost? from = null) => Begin(WireFault.Kind.Corrupt, "corrupts", probability, from);

    /// <summary>
    /// Replaces the first byte of the data in each TCP packet of more than 200 bytes, and corrects the TCP checksum, as a proxy that
    /// changes data does. Only the MPTCP checksum can notice it: <c>net.mptcp.checksum_enabled</c>. Needs Linux 6.2.
    /// </summary>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    public LabFault RewriteData(LabHost? from = null) => Interfere("rewrites data", from, "meta l4proto tcp meta length > 200 @ih,0,8 set 0x2a");

    /// <summary>Changes the delay of the link. Packets that are on their way keep their delay.</summary>
    /// <param name="delay">The delay, from 0 to 10 s.</param>
    /// <param name="jitter">The largest difference from the delay, at random, from 0 to <paramref name="delay"/>. The default is 0.</param>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay or the jitter is out of range.</exception>
    /// <exception cref="InvalidOperationException">The link was created without a delay.</exception>
    /// <example><code>wifi.SetDelay(TimeSpan.FromMilliseconds(80), jitter: TimeSpan.FromMilliseconds(20));</code></example>
    public void SetDelay(TimeSpan delay, TimeSpan jitter = default, LabHost? from = null)
    {
        WireDelay setting = WireDelay.Checked(delay, jitter, Name);
        foreach (LabInterface sender in Senders(from, needWire: true))
            sender.Delay = setting;
    }

    /// <summary>Changes the rate of the link.</summary>
    /// <param name="megabitsPerSecond">
    /// The rate in megabits (10⁶ bits) per second, from 0.01 to 10,000, or <see langword="null"/> for no limit.
    /// </param>
    /// <param name="from">The host whose packets are affected. The default is <see langword="null"/>: both hosts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
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
    /// Writes the packets of both directions to a file for Wireshark and tcpdump (pcapng), as <see cref="FirstHost"/> sees them, including
    /// packets that a fault drops. The capture ends when it or the network is disposed, or when the interface of the first host is
    /// unplugged.
    /// </summary>
    /// <param name="path">The path of the file. An existing file is replaced.</param>
    /// <returns>The capture. Disposing it completes the file.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write the file.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>using LabCapture capture = wifi.Capture("wifi.pcapng");</code></example>
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

    /// <summary>Takes the link down and up again, several times. In the end the link is up, even after a cancellation.</summary>
    /// <param name="times">The number of times, at least 1.</param>
    /// <param name="down">The time for which the link is down, at least 0.</param>
    /// <param name="up">The time for which the link is up, at least 0.</param>
    /// <param name="cancellationToken">Ends the method early.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is less than 1, or a duration is negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <example><code>await wifi.FlapAsync(5, down: TimeSpan.FromMilliseconds(200), up: TimeSpan.FromMilliseconds(200));</code></example>
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

    /// <summary>Returns the names of the link and its hosts.</summary>
    public override string ToString() => $"{Name} ({FirstHost.Name} - {SecondHost.Name})";
}
