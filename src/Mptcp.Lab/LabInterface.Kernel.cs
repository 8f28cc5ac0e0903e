using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <content>What the lab itself does with an interface. Its methods want the lock of the link, unless they take it.</content>
public sealed partial class LabInterface
{
    internal LabInterface Peer => Link.First == this ? Link.Second : Link.First;

    internal byte[] HardwareAddress { get; }

    /// <summary>The name in the namespace of the interfaces that are unplugged.</summary>
    internal string UnpluggedName => $"link{Link.Number}end{_end}";

    /// <summary>The name of the device at the wire's side, if the link has a wire.</summary>
    internal string WireName => $"link{Link.Number}wire{_end}";

    /// <summary>How long what this end sends takes on the wire.</summary>
    internal WireDelay Delay
    {
        get => _delay;
        set => _delay = value;
    }

    /// <summary>What happens to what this end sends.</summary>
    internal WireFault[] WireFaults => _wireFaults;

    /// <summary>How many faults cut the interface off from the wire.</summary>
    internal int TimesCut { get; set; }

    /// <summary>How many faults keep the interface down.</summary>
    internal int TimesDown { get; set; }

    /// <summary>How many faults keep the interface unplugged.</summary>
    internal int TimesUnplugged { get; set; }

    internal IEnumerable<LabAddress> AddressesOf(AddressFamily family) => _addresses.Where(address => address.Address.AddressFamily == family);

    /// <exception cref="LabException">There is none.</exception>
    internal LabAddress FirstAddress(AddressFamily family) => AddressesOf(family).Select(address => (LabAddress?)address).FirstOrDefault()
        ?? throw new LabException($"{this} has no address of family {family}.");

    /// <summary>Its metric, if there is one.</summary>
    internal int? FindDefaultRoute(AddressFamily family) => _defaultRoutes.TryGetValue(family, out int metric) ? metric : null;

    internal bool IsUp => _isUp && !_isUnplugged;

    /// <summary>Whether packets should pass: it is up, and so is what it is connected with.</summary>
    internal bool ShouldPass => IsUp && (Link.HasWire ? !_isCut : Peer.IsUp);

    /// <summary>Gives a new device everything but routes.</summary>
    internal void Furnish()
    {
        Host.Tell(_addresses.Select(address => RouteRequests.AddRule(Link, address.Address)));
        Host.Tell(Families.Both.Select(family => RouteRequests.RejectElsewhere(Link, family)));
        AddAddresses();
        Equip();
    }

    /// <summary>Takes back what does not go with the device.</summary>
    internal void Unfurnish()
    {
        Host.TellIfThere(_addresses.Select(address => RouteRequests.RemoveRule(Link, address.Address)));
        Host.TellIfThere(Families.Both.Select(family => RouteRequests.StopRejecting(Link, family)));
    }

    /// <summary>Makes the device what the faults leave of it, apart from its routes. Returns <see langword="true"/> if it has come up.</summary>
    internal bool Settle()
    {
        if (TimesUnplugged > 0 && !_isUnplugged)
        {
            Host.PutAway(this);
            _isUnplugged = true;
            _isUp = false; // the kernel has taken it down
        }
        else if (TimesUnplugged == 0 && _isUnplugged)
        {
            Host.TakeBack(this);
            _isUnplugged = false;
            AddAddresses();
            Equip();
            InterfereAgain();
        }

        if (Link.HasWire && _isCut != TimesCut > 0)
        {
            Host.Network.Backstage.Tell(RouteRequests.SetUp(WireName, TimesCut == 0));
            _isCut = TimesCut > 0;
        }

        bool shouldBeUp = TimesDown == 0 && !_isUnplugged;
        if (shouldBeUp == _isUp || _isUnplugged)
            return false;

        Host.Tell(RouteRequests.SetUp(Name, shouldBeUp));
        _isUp = shouldBeUp;
        return _isUp;
    }

    /// <summary>Sets what the kernel has forgotten while the device was down.</summary>
    internal void RestoreRoutes()
    {
        int index = Index;
        Host.Tell(Peer._addresses.Select(peer => RouteRequests.AddNeighbour(index, peer.Address, Peer.HardwareAddress)));
        foreach ((AddressFamily family, int metric) in _defaultRoutes.ToArray())
        {
            if (Peer.AddressesOf(family).Any())
                AddRoute(family, metric);
        }

        if (Host is LabRouter router)
            LearnRoutes(router);
    }

    /// <summary>Learns the ways of a router over this interface, now or when it comes up.</summary>
    internal void LearnRoutes(LabRouter router)
    {
        lock (Link.Lock)
        {
            if (!IsUp)
                return;

            int index = Index;
            foreach (LinkNetworks networks in Routing.NetworksBehind(this, router))
            {
                Host.Tell(Families.Both
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

    internal void LeaveInPeace(string chain)
    {
        lock (Link.Lock)
        {
            if (!_isUnplugged)
                Host.Nft(Plumbing.LeaveInPeace(chain));

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

        Host.Tell(RouteRequests.SendAlone(Index, megabitsPerSecond is not null));
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
        Host.Tell(_addresses.Select(address => RouteRequests.AddAddress(index, address, detectDuplicates: false)));
    }

    void Add(LabAddress address, bool detectDuplicates)
    {
        Host.Tell(RouteRequests.AddAddress(Index, address, detectDuplicates), RouteRequests.AddRule(Link, address.Address));
        _addresses = [.. _addresses, address];
        if (Peer.IsUp)
            Peer.Host.Tell(RouteRequests.AddNeighbour(Peer.Index, address.Address, HardwareAddress));
    }

    void Remove(LabAddress address)
    {
        AddressFamily family = address.Address.AddressFamily;
        if (AddressesOf(family).Count() == 1 && FindDefaultRoute(family) is { } metric)
            RemoveRoute(family, metric);

        Host.Tell(RouteRequests.RemoveAddress(Index, address), RouteRequests.RemoveRule(Link, address.Address));
        _addresses = [.. _addresses.Where(other => other != address)];
        if (Peer.IsUp)
            Peer.Host.Tell(RouteRequests.RemoveNeighbour(Peer.Index, address.Address));
    }

    void AddRoute(AddressFamily family, int metric)
    {
        Host.Tell(RouteRequests.AddDefaultRoute(Link, Index, Peer.FirstAddress(family).Address, metric));
        _defaultRoutes[family] = metric;
    }

    void RemoveRoute(AddressFamily family, int metric)
    {
        if (IsUp)
            Host.Tell(RouteRequests.RemoveDefaultRoute(Link, Index, family, metric));

        _defaultRoutes.Remove(family);
    }
}
