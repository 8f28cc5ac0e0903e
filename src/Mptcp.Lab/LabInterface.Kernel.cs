using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// The operations of the lab itself on an interface. Unless a method takes the lock of the link, its caller holds it.
public sealed partial class LabInterface
{
    internal LabInterface Peer => Link.First == this ? Link.Second : Link.First;

    internal byte[] HardwareAddress { get; }

    /// <summary>The name of the device while it is unplugged.</summary>
    internal string UnpluggedName => $"link{Link.Number}end{_end}";

    /// <summary>The name of the peer device on the wire, if the link has a wire.</summary>
    internal string WireName => $"link{Link.Number}wire{_end}";

    /// <summary>How long packets of this end take on the wire.</summary>
    internal WireDelay Delay
    {
        get => _delay;
        set => _delay = value;
    }

    /// <summary>The faults of the wire that affect the packets of this end.</summary>
    internal WireFault[] WireFaults => _wireFaults;

    /// <summary>The number of faults that cut the interface off from the wire.</summary>
    internal int TimesCut { get; set; }

    /// <summary>The number of faults that keep the interface down.</summary>
    internal int TimesDown { get; set; }

    /// <summary>The number of faults that keep the interface unplugged.</summary>
    internal int TimesUnplugged { get; set; }

    internal IEnumerable<LabAddress> AddressesOf(AddressFamily family) => _addresses.Where(address => address.Address.AddressFamily == family);

    /// <exception cref="LabException">The interface has no address of this family.</exception>
    internal LabAddress FirstAddress(AddressFamily family) => AddressesOf(family).Select(address => (LabAddress?)address).FirstOrDefault()
        ?? throw new LabException($"{this} has no address of family {family}.");

    /// <summary>Returns the metric of the default route; null if there is none.</summary>
    internal int? FindDefaultRoute(AddressFamily family) => _defaultRoutes.TryGetValue(family, out int metric) ? metric : null;

    internal bool IsUp => _isUp && !_isUnplugged;

    /// <summary>Whether packets should pass: the interface is up, and so is its peer.</summary>
    internal bool ShouldPass => IsUp && (Link.HasWire ? !_isCut : Peer.IsUp);

    /// <summary>Configures a new device, except its routes.</summary>
    internal void Configure()
    {
        Host.Request(_addresses.Select(address => RouteRequests.AddRule(Link, address.Address)));
        Host.Request(Families.Both.Select(family => RouteRequests.RejectElsewhere(Link, family)));
        AddAddresses();
        Equip();
    }

    /// <summary>Undoes the configuration that the kernel keeps apart from the device.</summary>
    internal void Unconfigure()
    {
        Host.RequestIfPresent(_addresses.Select(address => RouteRequests.RemoveRule(Link, address.Address)));
        Host.RequestIfPresent(Families.Both.Select(family => RouteRequests.StopRejecting(Link, family)));
    }

    /// <summary>Applies all faults to the device, except to its routes. Returns <see langword="true"/> if the device has come up.</summary>
    internal bool ApplyFaults()
    {
        if (TimesUnplugged > 0 && !_isUnplugged)
        {
            Host.MoveToBackstage(this);
            _isUnplugged = true;
            _isUp = false; // the kernel took it down
        }
        else if (TimesUnplugged == 0 && _isUnplugged)
        {
            Host.MoveFromBackstage(this);
            _isUnplugged = false;
            AddAddresses();
            Equip();
            InterfereAgain();
        }

        if (Link.HasWire && _isCut != TimesCut > 0)
        {
            Host.Network.Backstage.Request(RouteRequests.SetUp(WireName, TimesCut == 0));
            _isCut = TimesCut > 0;
        }

        bool shouldBeUp = TimesDown == 0 && !_isUnplugged;
        if (shouldBeUp == _isUp || _isUnplugged)
            return false;

        Host.Request(RouteRequests.SetUp(Name, shouldBeUp));
        _isUp = shouldBeUp;
        return _isUp;
    }

    /// <summary>Restores the routes that the kernel removed while the device was down.</summary>
    internal void RestoreRoutes()
    {
        int index = Index;
        Host.Request(Peer._addresses.Select(peer => RouteRequests.AddNeighbour(index, peer.Address, Peer.HardwareAddress)));
        foreach ((AddressFamily family, int metric) in _defaultRoutes.ToArray())
        {
            if (Peer.AddressesOf(family).Any())
                AddRoute(family, metric);
        }

        if (Host is LabRouter router)
            LearnRoutes(router);
    }

    /// <summary>Adds the routes of a router over this interface, now or when it comes up.</summary>
    internal void LearnRoutes(LabRouter router)
    {
        lock (Link.Lock)
        {
            if (!IsUp)
                return;

            int index = Index;
            foreach (LinkNetworks networks in Routing.NetworksBehind(this, router))
            {
                Host.Request(Families.Both
                    .Where(family => Peer.AddressesOf(family).Any())
                    .Select(family => RouteRequests.AddRoute(index, networks.Of(family), Peer.FirstAddress(family).Address)));
            }
        }
    }

    internal void Interfere(string chain, string rule)
    {
        lock (Link.Lock)
        {
            if (!_isUnplugged)
                Host.Nft(Plumbing.Interfere(Name, chain, rule));

            _rules.Add(chain, rule);
        }
    }

    internal void StopInterfering(string chain)
    {
        lock (Link.Lock)
        {
            if (!_isUnplugged)
                Host.Nft(Plumbing.StopInterfering(chain));

            _rules.Remove(chain);
        }
    }

    void InterfereAgain() => Host.Nft(_rules.SelectMany(rule => Plumbing.InterfereAgain(Name, rule.Key, rule.Value)));

    internal void SetRate(double? megabitsPerSecond)
    {
        if (!_isUnplugged)
            Shape(megabitsPerSecond, isShaped: _megabitsPerSecond is not null);

        _megabitsPerSecond = megabitsPerSecond;
    }

    internal void Begin(WireFault fault) => _wireFaults = [.. _wireFaults, fault];

    internal void End(WireFault fault) => _wireFaults = [.. _wireFaults.Where(other => !ReferenceEquals(other, fault))];

    void Equip()
    {
        if (Link.HasWire)
            Host.TurnOffloadsOff(Name);

        if (_megabitsPerSecond is { } rate)
            Shape(rate, isShaped: false);
    }

    void Shape(double? megabitsPerSecond, bool isShaped)
    {
        if (megabitsPerSecond is { } rate)
            Host.Tc([Plumbing.Shape(Name, rate)]);
        else if (isShaped)
            Host.Tc([Plumbing.Unshape(Name)]);

        Host.Request(RouteRequests.SendAlone(Index, megabitsPerSecond is not null));
    }

    void Check(IPAddress address, int prefixLength)
    {
        ArgumentNullException.ThrowIfNull(address);
        Families.Check(address.AddressFamily, nameof(address));
        int longest = address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, longest);
        if (LinkNetworks.FindSpecial(new IPNetwork(address, longest)) is { } special)
            throw new ArgumentException($"{this} cannot have the address {address}: {special} is reserved.", nameof(address));

        if (Host.Network.FindOwner(address) is { } owner)
            throw new ArgumentException($"{this} cannot have the address {address}: {owner} has it.", nameof(address));
    }

    LabAddress Find(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        LabAddress[] matching = Array.FindAll(_addresses, one => one.Address.Equals(address));
        return matching is [var found] ? found : throw new ArgumentException($"{this} does not have the address {address}.", nameof(address));
    }

    void AddAddresses()
    {
        int index = Index;
        Host.Request(_addresses.Select(address => RouteRequests.AddAddress(index, address, detectDuplicates: false)));
    }

    void Add(LabAddress address, bool detectDuplicates)
    {
        Host.Request(RouteRequests.AddAddress(Index, address, detectDuplicates), RouteRequests.AddRule(Link, address.Address));
        _addresses = [.. _addresses, address];
        if (Peer.IsUp)
            Peer.Host.Request(RouteRequests.AddNeighbour(Peer.Index, address.Address, HardwareAddress));
    }

    void Remove(LabAddress address)
    {
        AddressFamily family = address.Address.AddressFamily;
        if (AddressesOf(family).Count() == 1 && FindDefaultRoute(family) is { } metric)
            RemoveRoute(family, metric);

        Host.Request(RouteRequests.RemoveAddress(Index, address), RouteRequests.RemoveRule(Link, address.Address));
        _addresses = [.. _addresses.Where(other => other != address)];
        if (Peer.IsUp)
            Peer.Host.Request(RouteRequests.RemoveNeighbour(Peer.Index, address.Address));
    }

    void AddRoute(AddressFamily family, int metric)
    {
        Host.Request(RouteRequests.AddDefaultRoute(Link, Index, Peer.FirstAddress(family).Address, metric));
        _defaultRoutes[family] = metric;
    }

    void RemoveRoute(AddressFamily family, int metric)
    {
        if (IsUp)
            Host.Request(RouteRequests.RemoveDefaultRoute(Link, Index, family, metric));

        _defaultRoutes.Remove(family);
    }
}
