namespace Mptcp.Lab;

/// <summary>Finds the routes of routers to networks that they are not on.</summary>
static class Routing
{
    /// <summary>Returns the networks that a router reaches by the shortest route over this end of a link.</summary>
    internal static IEnumerable<LinkNetworks> NetworksBehind(LabInterface end, LabRouter router)
    {
        HashSet<LabLink> seen = [.. router.Links];
        var ways = new Queue<(LabHost At, LabInterface First)>(router.Links.Select(link => (link.GetInterface(router).Peer.Host, link.GetInterface(router))));
        while (ways.TryDequeue(out (LabHost At, LabInterface First) way))
        {
            if (way.At is not LabRouter)
                continue; // a host does not forward

            foreach (LabLink link in way.At.Links.Where(seen.Add))
            {
                if (way.First == end)
                    yield return link.Networks;

                ways.Enqueue((link.GetInterface(way.At).Peer.Host, way.First));
            }
        }
    }
}
