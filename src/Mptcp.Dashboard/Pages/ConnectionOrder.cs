using Mptcp.Dashboard.Feed;

namespace Mptcp.Dashboard.Pages;

/// <summary>The columns of the list of connections, and their orders.</summary>
static class ConnectionOrder
{
    internal static readonly (string Key, string Name)[] Columns =
        [("token", "Token"), ("process", "Process"), ("remote", "Peer"), ("state", "State"), ("rate", "#Rate"), ("rtt", "#Lowest RTT"), ("paths", "Paths")];

    /// <summary>Sorts by a column, downwards if its key begins with a minus. The token comes last, so that the order does not change by chance.</summary>
    internal static IEnumerable<ConnectionView> Sort(IEnumerable<ConnectionView> connections, string order)
    {
        bool isDownwards = order.StartsWith('-');
        return order.TrimStart('-') switch
        {
            "process" => By(one => one.Reading.Process),
            "remote" => By(one => one.Reading.Remote.ToString()),
            "state" => By(one => (one.Reading.HasFallenBack, one.Reading.State)),
            "rate" => By(one => one.Rate),
            "rtt" => By(one => one.LowestRtt ?? double.MaxValue),
            "paths" => By(one => one.Paths.Count),
            _ => By(one => one.Reading.Token),
        };

        IEnumerable<ConnectionView> By<T>(Func<ConnectionView, T> key) =>
            (isDownwards ? connections.OrderByDescending(key) : connections.OrderBy(key)).ThenBy(one => one.Reading.Token);
    }
}
