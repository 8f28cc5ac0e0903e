using System.Net;
using static Mptcp.Netlink.MptcpEndpointActionKind;
using static Mptcp.Netlink.MptcpEndpointReason;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Makes one <see cref="MptcpEndpointPlan"/>.</summary>
sealed class EndpointPlanner
{
    const MptcpEndpointFlags Changeable = MptcpEndpointFlags.Backup | MptcpEndpointFlags.FullMesh;

    readonly MptcpHostSnapshot _host;
    readonly MptcpEndpointsOptions _options;
    readonly EndpointCandidate[] _candidates;
    readonly List<MptcpEndpoint> _own, _others;
    readonly List<MptcpEndpointAction> _actions = [];
    readonly int _room;
    int _kept;

    internal EndpointPlanner(MptcpHostSnapshot host, MptcpEndpointsOptions options, IReadOnlySet<byte> others)
    {
        (_host, _options) = (host, options);
        ILookup<bool, MptcpEndpoint> byOwner = (host.Endpoints ?? []).ToLookup(endpoint => IsOwn(endpoint, others));
        (_own, _others) = ([.. byOwner[true]], [.. byOwner[false]]);
        _candidates = [.. EndpointCandidate.From(host, options)];

        // An endpoint that the kernel has created itself is replaced by the one that is added for its address.
        int taken = _others.Count(other => !IsImplicit(other) || !HasReady(other.Address));
        _room = Math.Min(host.MaximumEndpoints - taken, MptcpEndpointPlan.OwnIds);
    }

    internal MptcpEndpointPlan Plan()
    {
        // The ready ones first: the others keep their endpoints only if there is room left.
        foreach (EndpointCandidate candidate in Distinct(_candidates).OrderByDescending(candidate => candidate.IsReady))
            Consider(candidate);

        foreach (MptcpEndpoint orphan in _own)
            Say(Remove, orphan, FindLoss(orphan));

        MptcpEndpointAction[] actions = [.. Number(_actions.OrderBy(Order))];
        IEnumerable<MptcpEndpoint> routed = _options.Routing == MptcpRoutingMode.Manage
            ? actions.Where(action => action.Kind is Keep or Change or Add).Select(action => action.Endpoint)
            : [];
        return new MptcpEndpointPlan(actions, FindLimits(), RoutingPlanner.Plan(_host, routed, _options.FirstRoutingTable));
    }

    /// <summary>Returns the kind. Actions that do nothing come last, in the order of their importance.</summary>
    static int Order(MptcpEndpointAction action) => action.Kind is Keep or Skip ? int.MaxValue : (int)action.Kind;

    /// <summary>Returns whether the service has added the endpoint, in this process or in an earlier one.</summary>
    internal static bool IsOwn(MptcpEndpoint endpoint, IReadOnlySet<byte> others) =>
        endpoint is { Id: >= MptcpEndpointPlan.FirstOwnId and <= MptcpEndpointPlan.LastOwnId, Port: 0 }
        && !IsImplicit(endpoint)
        && !others.Contains(endpoint.Id);

    /// <summary>
    /// Returns one candidate for each address. If several interfaces have the address, a ready one is preferred, and then one whose
    /// address is an endpoint already.
    /// </summary>
    IEnumerable<EndpointCandidate> Distinct(IEnumerable<EndpointCandidate> candidates)
    {
        foreach (IGrouping<IPAddress, EndpointCandidate> sharing in candidates.GroupBy(candidate => candidate.Endpoint.Address))
        {
            EndpointCandidate best = sharing
                .OrderByDescending(candidate => candidate.IsReady)
                .ThenByDescending(candidate => FindOwn(candidate) is not null)
                .First();
            yield return best;

            foreach (EndpointCandidate shared in sharing.Where(candidate => candidate != best && candidate.IsReady))
                Say(Skip, shared.Endpoint, AddressShared);
        }
    }

    void Consider(EndpointCandidate candidate)
    {
        if (_others.Find(other => other.Port == 0 && !IsImplicit(other) && other.Address.Equals(candidate.Endpoint.Address)) is { } other)
        {
            bool isSame = IsSamePlace(other, candidate.Endpoint) && other.Flags == candidate.Endpoint.Flags;
            if (candidate.IsReady)
                Say(Skip, candidate.Endpoint, isSame ? AddedByOther : TakenByOther);
        }
        else if (FindOwn(candidate) is { } own)
        {
            _own.Remove(own);
            Reconsider(own, candidate);
        }
        else
        {
            bool isAdded = candidate.IsReady && TryTakeRoom();
            if (isAdded && _others.Find(other => IsImplicit(other) && other.Address.Equals(candidate.Endpoint.Address)) is { } made)
                Say(Remove, made, MadeByKernel);

            Say(isAdded ? Add : Skip, candidate.Endpoint, candidate.IsReady && !isAdded ? NoRoom : candidate.Reason);
        }
    }

    /// <summary>Decides about an endpoint that the kernel has.</summary>
    void Reconsider(MptcpEndpoint own, EndpointCandidate candidate)
    {
        MptcpEndpointFlags flags = candidate.Endpoint.Flags;
        if (!MayStay(candidate))
        {
            Say(Remove, own, candidate.Reason);
        }
        else if (!TryTakeRoom())
        {
            Say(Remove, own, NoRoom);
        }
        else if (own.Flags == flags || !candidate.IsReady)
        {
            Say(Keep, own, candidate.Reason);
        }
        else if (((own.Flags ^ flags) & ~Changeable) == 0)
        {
            Say(Change, own with { Flags = flags }, candidate.Reason);
        }
        else
        {
            Say(Remove, own, FlagsDiffer);
            Say(Add, candidate.Endpoint, candidate.Reason);
        }
    }

    /// <summary>
    /// Returns whether an endpoint stays. A path that does not work at present is given up only for a better one: otherwise, connections
    /// may outlive the loss, as TCP would.
    /// </summary>
    bool MayStay(EndpointCandidate candidate) => candidate.Reason switch
    {
        CarriesPaths or NotReady => true,
        NoCarrier or NoDefaultRoute => !_candidates.Any(other => other.IsReady && HaveSameFamily(other, candidate)),
        _ => false,
    };

    MptcpEndpointReason FindLoss(MptcpEndpoint orphan) =>
        _candidates.Any(candidate => candidate.Endpoint.Address.Equals(orphan.Address))
            ? _others.Exists(other => other.Address.Equals(orphan.Address)) ? TakenByOther : Moved
            : AddressGone;

    bool TryTakeRoom()
    {
        if (_kept >= _room)
            return false;

        _kept++;
        return true;
    }

    /// <summary>
    /// Assigns ids to the endpoints to add, from the highest downwards. The kernel numbers others' endpoints upwards from the id that was
    /// added
    /// last, so that they find a free one above.
    /// </summary>
    IEnumerable<MptcpEndpointAction> Number(IEnumerable<MptcpEndpointAction> actions)
    {
        HashSet<byte> used = [.. (_host.Endpoints ?? []).Select(endpoint => endpoint.Id)];
        HashSet<byte> freed = [.. actions.Where(action => action.Kind == Remove).Select(action => action.Endpoint.Id)];
        foreach (MptcpEndpointAction action in actions)
        {
            if (action.Kind != Add)
            {
                yield return action;
                continue;
            }

            byte id = FindFree(used) ?? FindFree([.. used.Except(freed)]) ?? 0;
            used.Add(id);
            freed.Remove(id);
            yield return action with { Endpoint = action.Endpoint with { Id = id } };
        }
    }

    /// <summary>Gives an endpoint a free id of the service, so that the next process finds it after a crash.</summary>
    internal static MptcpEndpoint WithFreeId(MptcpEndpoint endpoint, IEnumerable<MptcpEndpoint> existing) =>
        endpoint with { Id = FindFree([.. existing.Select(other => other.Id)]) ?? 0 };

    static byte? FindFree(HashSet<byte> used)
    {
        for (byte id = MptcpEndpointPlan.LastOwnId; id >= MptcpEndpointPlan.FirstOwnId; id--)
        {
            if (!used.Contains(id))
                return id;
        }

        return null;
    }

    /// <summary>Returns the limits to set, none lower than it is; <see langword="null"/> if they need not change.</summary>
    MptcpLimits? FindLimits()
    {
        if (!_options.RaiseLimits || _kept == 0 || _host.Limits is not { } before)
            return null;

        MptcpEndpointFlags flags = _options.Rules.Aggregate(_options.Flags, (flags, rule) => flags | (rule.Flags ?? 0));
        bool dependsOnPeer = (flags & (MptcpEndpointFlags.Signal | MptcpEndpointFlags.FullMesh)) != 0;
        int subflows = dependsOnPeer ? _host.Maximum : Math.Min(_kept + _options.AcceptedAddresses, _host.Maximum);
        var after = new MptcpLimits(
            Math.Max(before.ExtraSubflows, subflows), Math.Max(before.AcceptedAddresses, _options.AcceptedAddresses));
        return after == before ? null : after;
    }

    void Say(MptcpEndpointActionKind kind, MptcpEndpoint endpoint, MptcpEndpointReason reason) =>
        _actions.Add(new MptcpEndpointAction(kind, endpoint, reason));

    MptcpEndpoint? FindOwn(EndpointCandidate candidate) => _own.Find(endpoint => IsSamePlace(endpoint, candidate.Endpoint));

    static bool IsImplicit(MptcpEndpoint endpoint) => (endpoint.Flags & MptcpEndpointFlags.Implicit) != 0;

    bool HasReady(IPAddress address) => _candidates.Any(candidate => candidate.IsReady && candidate.Endpoint.Address.Equals(address));

    static bool HaveSameFamily(EndpointCandidate one, EndpointCandidate other) =>
        one.Endpoint.Address.AddressFamily == other.Endpoint.Address.AddressFamily;

    static bool IsSamePlace(MptcpEndpoint one, MptcpEndpoint other) =>
        one.InterfaceIndex == other.InterfaceIndex && one.Address.Equals(other.Address);
}
