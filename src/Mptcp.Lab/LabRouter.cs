namespace Mptcp.Lab;

/// <summary>
/// A host that forwards packets between its links. It has a route to every network in the lab, and no default route. With a router, a path can be dead behind
/// the first hop, while the link of the host stays up. Thread-safe.
/// </summary>
public sealed class LabRouter : LabHost
{
    readonly Lock _lock = new();
    readonly List<LabLink> _outside = [];
    int _zone;

    internal LabRouter(LabNetwork network, string name)
        : base(network, name)
    {
    }

    /// <summary>
    /// Translates addresses: connections over the outside link get the address of the router on that link, and a random port. Incoming packets of the outside
    /// link pass only if they belong to such a connection.
    /// </summary>
    /// <param name="outside">The outside link. A router can have several.</param>
    /// <exception cref="ArgumentException">The router is not on the link.</exception>
    /// <exception cref="LabException">The kernel refuses: it has no NAT.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>router.EnableNat(outside: fibre);</code></example>
    public void EnableNat(LabLink outside)
    {
        ArgumentNullException.ThrowIfNull(outside);
        outside.GetInterface(this);
        lock (_lock)
        {
            Translate([.. _outside.Append(outside).Distinct()]);
            if (!_outside.Contains(outside))
                _outside.Add(outside);
        }
    }

    /// <summary>
    /// Makes the router forget the connections that it translates, as after a restart or a timeout. Their next packet leaves from another port, and packets to
    /// the old port are dropped.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="EnableNat"/> was not called.</exception>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public void ForgetNatConnections()
    {
        lock (_lock)
        {
            if (_outside.Count == 0)
                throw new InvalidOperationException($"Router '{Name}' translates no addresses: call {nameof(EnableNat)} first.");

            Translate(_outside);
        }
    }

    /// <summary>Adds routes to the networks that were added since.</summary>
    internal void LearnRoutes()
    {
        foreach (LabLink link in Links)
            link.GetInterface(this).LearnRoutes(this);
    }

    internal override void Prepare()
    {
        base.Prepare();
        SetSysctls(Plumbing.RouterSettings);
    }

    void Translate(IReadOnlyCollection<LabLink> outside) =>
        Nft(Plumbing.Translate([.. outside.Select(link => link.GetInterface(this).Name)], _zone = _zone % ushort.MaxValue + 1));
}
