namespace Mptcp.Netlink.Endpoints;

/// <summary>What is to be done so that the kernel has the endpoints that it should have, in this order. Those of others are left alone.</summary>
/// <param name="Remove">Own ones, as the kernel has them.</param>
/// <param name="Change">Own ones, as the kernel has them but with the flags to be.</param>
/// <param name="Add">New ones.</param>
/// <param name="Kept">Own ones that stay, as the kernel has them, those to be changed among them.</param>
/// <param name="Taken">Those that are wanted, but that another has added with other flags or for another interface.</param>
/// <param name="LeftOut">Those for which the kernel has no room.</param>
sealed record EndpointPlan(
    IReadOnlyList<MptcpEndpoint> Remove,
    IReadOnlyList<MptcpEndpoint> Change,
    IReadOnlyList<MptcpEndpoint> Add,
    IReadOnlyList<MptcpEndpoint> Kept,
    IReadOnlyList<MptcpEndpoint> Taken,
    IReadOnlyList<MptcpEndpoint> LeftOut)
{
    internal const int MostEndpoints = 8, MostSubflows = 8; // MPTCP_PM_ADDR_MAX, which is both: net/mptcp/pm_kernel.c

    const MptcpEndpointFlags Changeable = MptcpEndpointFlags.Backup | MptcpEndpointFlags.FullMesh;

    /// <param name="wanted">What there should be, the most important first.</param>
    /// <param name="existing">What the kernel has.</param>
    /// <param name="own">What was added before, and not removed since.</param>
    internal static EndpointPlan Make(IReadOnlyList<WantedEndpoint> wanted, IReadOnlyList<MptcpEndpoint> existing, IReadOnlyCollection<MptcpEndpoint> own)
    {
        ILookup<bool, MptcpEndpoint> byOwner = existing.ToLookup(endpoint => own.Any(mine => mine.Id == endpoint.Id && IsSamePlace(mine, endpoint)));
        MptcpEndpoint[] mine = [.. byOwner[true]], others = [.. byOwner[false]];

        // What the kernel has made by itself gives way to what is added for its address.
        int room = MostEndpoints - others.Count(other => !IsImplicit(other) || !wanted.Any(want => want.Endpoint.Address.Equals(other.Address)));
        List<MptcpEndpoint> change = [], add = [], kept = [], taken = [], leftOut = [];
        foreach ((MptcpEndpoint want, bool isReady) in wanted)
        {
            if (Array.Find(others, other => other.Port == 0 && !IsImplicit(other) && other.Address.Equals(want.Address)) is { } other)
            {
                if (!IsSamePlace(other, want) || other.Flags != want.Flags)
                    taken.Add(want);

                continue;
            }

            MptcpEndpoint? before = Array.Find(mine, endpoint => IsSamePlace(endpoint, want));
            if (before is null && !isReady)
                continue;

            if (kept.Count + add.Count >= room)
            {
                leftOut.Add(want);
            }
            else if (before is null || ((before.Flags ^ want.Flags) & ~Changeable) != 0)
            {
                add.Add(want);
            }
            else
            {
                kept.Add(before);
                if (before.Flags != want.Flags)
                    change.Add(before with { Flags = want.Flags });
            }
        }

        return new EndpointPlan([.. mine.Except(kept)], change, add, kept, taken, leftOut);
    }

    /// <summary>The limits that there should be, none lower than it is.</summary>
    internal static MptcpLimits Raise(MptcpLimits limits, int endpoints, MptcpEndpointsOptions options)
    {
        if (!options.RaiseLimits || endpoints == 0)
            return limits;

        bool dependsOnPeer = (options.Flags & (MptcpEndpointFlags.Signal | MptcpEndpointFlags.FullMesh)) != 0;
        int subflows = dependsOnPeer ? MostSubflows : Math.Min(endpoints + options.AcceptedAddresses, MostSubflows);
        return new MptcpLimits(Math.Max(limits.ExtraSubflows, subflows), Math.Max(limits.AcceptedAddresses, options.AcceptedAddresses));
    }

    static bool IsImplicit(MptcpEndpoint endpoint) => (endpoint.Flags & MptcpEndpointFlags.Implicit) != 0;

    static bool IsSamePlace(MptcpEndpoint one, MptcpEndpoint other) => one.InterfaceIndex == other.InterfaceIndex && one.Address.Equals(other.Address);
}
