using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// One end of a link: the network interface of a host. Its addresses and routes can change while programs use them. Thread-safe.
/// </summary>
/// <remarks>
/// All changes affect the real interface of the kernel, and programs on the host get the real notifications of the kernel.
/// </remarks>
public sealed partial class LabInterface
{
    internal const int LargestMtu = 65_535; // the largest that veth accepts
    const int SmallestMtu = 68; // RFC 791

    readonly int _end;
    readonly Dictionary<AddressFamily, int> _defaultRoutes = [];
    readonly Dictionary<string, string> _rules = []; // by their chains
    volatile LabAddress[] _addresses; // replaced, never changed
    volatile WireDelay _delay;
    volatile WireFault[] _wireFaults = []; // replaced, never changed
    double? _megabitsPerSecond;
    bool _isUp, _isUnplugged;
    bool _isCut = true; // a new device has no carrier

    internal LabInterface(LabLink link, LabHost host, int end, LabLinkOptions options)
    {
        Link = link;
        Host = host;
        Name = link.Name;
        HardwareAddress = [2, 0, 0, 0, (byte)link.Number, (byte)end]; // the second bit of the first byte means that anybody may assign the address
        _end = end;
        _megabitsPerSecond = options.MegabitsPerSecond;
        _delay = new WireDelay(options.Delay ?? TimeSpan.Zero, options.Jitter);
        _addresses = [.. Families.Both.Select(family => link.Networks.AddressOf(end, family))];
        if (host is not LabRouter)
        {
            foreach (AddressFamily family in Families.Both)
                _defaultRoutes[family] = 100 + link.Number;
        }
    }

    /// <summary>Gets the link.</summary>
    public LabLink Link { get; }

    /// <summary>Gets the host.</summary>
    public LabHost Host { get; }

    /// <summary>Gets the name of the network device. At first, it is the name of the link.</summary>
    public string Name { get; private set; }

    /// <summary>
    /// Gets the kernel's index of the network device. Unplugging the interface and plugging it in again changes the index.
    /// </summary>
    /// <exception cref="LabException">The host does not have the device: it is unplugged.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public int Index => Host.ReadIndex(Name);

    /// <summary>Gets the addresses that the lab has added to the interface, oldest first.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. _addresses.Select(address => address.Address)];

    /// <summary>Adds an address to the interface.</summary>
    /// <param name="address">An IPv4 or IPv6 address that is unique in the lab.</param>
    /// <param name="prefixLength">The length of the prefix of the network, from 1 to 32 for IPv4 and from 1 to 128 for IPv6.</param>
    /// <param name="detectDuplicates">
    /// <see langword="true"/> to let the kernel look for another owner of an IPv6 address first: the address is tentative for one to two
    /// seconds. The default is <see langword="false"/>.
    /// </param>
    /// <exception cref="ArgumentException">The address is in use in this lab, or is reserved, such as a loopback address.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is out of range.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void AddAddress(IPAddress address, int prefixLength, bool detectDuplicates = false)
    {
        Check(address, prefixLength);
        lock (Link.Lock)
            Add(new LabAddress(address, prefixLength), detectDuplicates);
    }

    /// <summary>Removes an address. Removing the last address of a family also removes its default route.</summary>
    /// <exception cref="ArgumentException">The interface does not have this address.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void RemoveAddress(IPAddress address)
    {
        lock (Link.Lock)
            Remove(Find(address));
    }

    /// <summary>
    /// Replaces an address by another one with the same prefix length, as DHCP does when a lease is not renewed. The default route, if
    /// there is one, is restored.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The interface does not have the old address, or the new one is of another family, in use in this lab, or reserved.
    /// </exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>wifi.GetInterface(phone).ChangeAddress(wifi.GetAddress(phone), IPAddress.Parse("10.0.1.77"));</code></example>
    public void ChangeAddress(IPAddress from, IPAddress to)
    {
        lock (Link.Lock)
        {
            LabAddress old = Find(from);
            Check(to, old.PrefixLength);
            if (to.AddressFamily != from.AddressFamily)
                throw new ArgumentException($"{from} and {to} are of different families.", nameof(to));

            int? metric = FindDefaultRoute(to.AddressFamily);
            Remove(old);
            Add(new LabAddress(to, old.PrefixLength), detectDuplicates: false);
            if (metric is { } before && FindDefaultRoute(to.AddressFamily) is null)
                AddRoute(to.AddressFamily, before);
        }
    }

    /// <summary>
    /// Makes the kernel add a temporary IPv6 address (RFC 8981) in the network of the first IPv6 address of the interface. New connections
    /// use it. The kernel first looks for duplicates for one to two seconds, and lists the address with the flag <c>temporary</c>.
    /// </summary>
    /// <exception cref="LabException">The interface has no IPv6 address with a prefix length of 64, or the kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void AddTemporaryAddress()
    {
        lock (Link.Lock)
        {
            LabAddress first = FirstAddress(AddressFamily.InterNetworkV6);
            if (first.PrefixLength != 64)
                throw new LabException($"{this} cannot have a temporary address: the kernel needs a network with a prefix length of 64, and {first} has another one.");

            Host.SetSysctl($"net.ipv6.conf.{Name}.use_tempaddr", "2"); // and prefer them
            Host.Request(RouteRequests.ManageTemporaryAddresses(Index, first));
        }
    }

    /// <summary>Adds a default route over this interface, via the other end of the link. If there is one, changes its metric.</summary>
    /// <param name="family">The family. The default is IPv4.</param>
    /// <param name="metric">
    /// The metric, from 1, the most preferred, to 1,000. The default is 100 plus the number of the link, in the order in which links were
    /// added.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The metric is less than 1 or greater than 1,000.</exception>
    /// <exception cref="LabException">
    /// The kernel refuses: the interface is down, or has no address in the network of the other end.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void AddDefaultRoute(AddressFamily family = AddressFamily.InterNetwork, int? metric = null)
    {
        Families.Check(family, nameof(family));
        int value = metric ?? 100 + Link.Number;
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(metric));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000, nameof(metric));
        lock (Link.Lock)
        {
            if (FindDefaultRoute(family) is { } before && before != value)
                RemoveRoute(family, before);

            AddRoute(family, value);
        }
    }

    /// <summary>Removes the default route over this interface. The network of the link remains reachable.</summary>
    /// <exception cref="InvalidOperationException">There is no default route over this interface.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void RemoveDefaultRoute(AddressFamily family = AddressFamily.InterNetwork)
    {
        Families.Check(family, nameof(family));
        lock (Link.Lock)
            RemoveRoute(family, FindDefaultRoute(family) ?? throw new InvalidOperationException($"{this} has no default route of family {family}."));
    }

    /// <summary>Sets the size of the largest packet that this end sends and accepts, in bytes. The default is 1,500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size is less than 68 or greater than 65,535. Below 1,280, the kernel turns IPv6 off.
    /// </exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void SetMtu(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, SmallestMtu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, LargestMtu);
        lock (Link.Lock)
            Host.Request(RouteRequests.SetMtu(Index, bytes));
    }

    /// <summary>Renames the network device. It is down for a moment, because not every kernel can rename a device that is up.</summary>
    /// <exception cref="ArgumentException">The name is not valid, or another interface of the host has it.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void Rename(string name)
    {
        LabNames.CheckDevice(name, nameof(name));
        lock (Link.Lock)
        {
            if (Host.Links.Any(link => link.GetInterface(Host) is var other && other != this && other.Name == name))
                throw new ArgumentException($"Host '{Host.Name}' has another interface '{name}'.", nameof(name));

            TimesDown++;
            try
            {
                Link.ApplyFaults();
                Host.Request(RouteRequests.Rename(Index, name));
                Name = name;
                InterfereAgain();
            }
            finally
            {
                TimesDown--;
                Link.ApplyFaults();
            }
        }
    }

    /// <summary>
    /// Removes the carrier from this end, as if its cable were pulled. The interface stays up, and its addresses and routes stay. On a
    /// link without a <see cref="LabLinkOptions.Delay"/>, the other end goes down.
    /// </summary>
    /// <returns>The fault. Disposing it restores the carrier.</returns>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>using LabFault fault = wifi.GetInterface(phone).LoseCarrier();</code></example>
    public LabFault LoseCarrier() => Link.Begin($"{this} has no carrier", by =>
    {
        if (Link.HasWire)
            TimesCut += by;
        else
            Peer.TimesDown += by;
    });

    /// <summary>Removes the network device from the host, with its addresses and routes, as if a USB adapter were unplugged.</summary>
    /// <returns>
    /// The fault. Disposing it plugs the device in again: with its name, addresses and routes, and with a new <see cref="Index"/>.
    /// </returns>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example>
    /// <code>
    /// using (wifi.GetInterface(phone).Unplug())
    ///     await Task.Delay(TimeSpan.FromSeconds(1));
    /// </code>
    /// </example>
    public LabFault Unplug() => Link.Begin($"{this} is unplugged", by => TimesUnplugged += by);

    /// <summary>Returns the names of the interface and its host.</summary>
    public override string ToString() => $"{Name} of {Host.Name}";
}
