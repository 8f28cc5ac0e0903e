using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Makes the kernel's endpoints what they should be, and knows which of them are its own.</summary>
sealed class EndpointKeeper(MptcpPathManager manager, MptcpEndpointsOptions options, ILogger logger)
{
    readonly Lock _lock = new(); // a host that has waited long enough for its stop goes on beside it
    readonly List<MptcpEndpoint> _own = [];
    bool _isOver;
    HashSet<IPAddress> _taken = [], _leftOut = []; // so that each is news only once

    /// <summary>Does what is to be done. What fails does not keep the rest from being done, and is tried again the next time.</summary>
    /// <returns>Whether nothing has failed.</returns>
    /// <exception cref="MptcpNetlinkException">The kernel does not tell what there is. Nothing was done.</exception>
    internal bool Update(IReadOnlyList<MptcpInterface> interfaces)
    {
        lock (_lock)
            return _isOver || Follow(interfaces);
    }

    bool Follow(IReadOnlyList<MptcpInterface> interfaces)
    {
        IReadOnlyList<WantedEndpoint> wanted = WantedEndpoint.From(interfaces, options);
        EndpointPlan plan = EndpointPlan.Make(wanted, manager.GetEndpoints(), _own);
        _own.RemoveAll(endpoint => !plan.Kept.Concat(plan.Remove).Any(there => there.Id == endpoint.Id)); // somebody else has removed it
        bool areDone = true;
        foreach (MptcpEndpoint endpoint in plan.Remove)
            areDone &= Try(endpoint, Remove);

        // Before there are more paths to be had, since connections take theirs at once.
        areDone &= Try(() => RaiseLimits(wanted.Count), e => Log.LimitsFailed(logger, e));

        foreach (MptcpEndpoint endpoint in plan.Change)
            areDone &= Try(endpoint, Change);

        foreach (MptcpEndpoint endpoint in plan.Add)
            areDone &= Try(endpoint, Add);

        Tell(plan);
        return areDone;
    }

    /// <summary>Sets the limits as they are, which the kernel refuses to whom it would refuse all else.</summary>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    internal void CheckPrivilege() => manager.SetLimits(manager.GetLimits());

    /// <summary>Removes its own, and adds no more.</summary>
    internal void RemoveAll()
    {
        lock (_lock)
        {
            _isOver = true;
            if (_own.Count == 0)
                return;

            MptcpEndpoint[] existing = [.. manager.GetEndpoints()];
            foreach (MptcpEndpoint endpoint in EndpointPlan.Make([], existing, _own).Remove)
                Try(endpoint, Remove);

            _own.Clear();
        }
    }

    void Add(MptcpEndpoint endpoint)
    {
        MptcpEndpoint added = manager.AddEndpoint(endpoint with { InterfaceName = null }); // the number is enough, and does not change
        _own.Add(added);
        Log.EndpointAdded(logger, added.Id, added.Address, endpoint.InterfaceName, added.Flags);
    }

    void Change(MptcpEndpoint endpoint)
    {
        manager.SetEndpointFlags(endpoint.Id, endpoint.Flags);
        Log.EndpointChanged(logger, endpoint.Id, endpoint.Address, endpoint.Flags);
    }

    void Remove(MptcpEndpoint endpoint)
    {
        manager.RemoveEndpoint(endpoint.Id);
        _own.RemoveAll(own => own.Id == endpoint.Id);
        Log.EndpointRemoved(logger, endpoint.Id, endpoint.Address);
    }

    void RaiseLimits(int endpoints)
    {
        MptcpLimits before = manager.GetLimits(), after = EndpointPlan.Raise(before, endpoints, options);
        if (after == before)
            return;

        manager.SetLimits(after);
        Log.LimitsRaised(logger, after.ExtraSubflows, after.AcceptedAddresses);
    }

    bool Try(MptcpEndpoint endpoint, Action<MptcpEndpoint> action) => Try(() => action(endpoint), e => Log.EndpointFailed(logger, endpoint.Address, e));

    static bool Try(Action action, Action<Exception> log)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or ArgumentException) // the last: somebody has changed the endpoint meanwhile
        {
            log(e);
            return false;
        }
    }

    void Tell(EndpointPlan plan)
    {
        foreach (MptcpEndpoint endpoint in plan.Taken.Where(endpoint => !_taken.Contains(endpoint.Address)))
            Log.EndpointTaken(logger, endpoint.Address, endpoint.InterfaceName);

        foreach (MptcpEndpoint endpoint in plan.LeftOut.Where(endpoint => !_leftOut.Contains(endpoint.Address)))
            Log.NoRoom(logger, endpoint.Address, endpoint.InterfaceName, EndpointPlan.MostEndpoints);

        _taken = [.. plan.Taken.Select(endpoint => endpoint.Address)];
        _leftOut = [.. plan.LeftOut.Select(endpoint => endpoint.Address)];
    }
}
