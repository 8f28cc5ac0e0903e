namespace Mptcp.Fuzz;

/// <summary>All parsers of bytes and text that come from outside of the process.</summary>
public static class Parsers
{
    /// <summary>Gets the parsers by name.</summary>
    public static IReadOnlyDictionary<string, Parse> All { get; } = new SortedDictionary<string, Parse>(StringComparer.Ordinal)
    {
        ["activation"] = SocketParsers.Activation,
        ["counters"] = SocketParsers.Counters,
        ["full-info"] = SocketParsers.FullInfo,
        ["info"] = SocketParsers.Info,
        ["subflow-lists"] = SocketParsers.SubflowLists,
        ["diag"] = NetlinkParsers.Diag,
        ["endpoints"] = NetlinkParsers.Endpoints,
        ["events"] = NetlinkParsers.Events,
        ["netlink"] = NetlinkParsers.Netlink,
        ["routes"] = NetlinkParsers.Routes,
        ["snapshot"] = NetlinkParsers.Snapshot,
        ["addresses"] = GatewayParsers.Addresses,
        ["http-answer"] = GatewayParsers.HttpAnswer,
        ["http-connect"] = GatewayParsers.HttpProxy,
        ["original-destination"] = GatewayParsers.OriginalDestination,
        ["proxy-header"] = GatewayParsers.ProxyHeader,
        ["socks"] = GatewayParsers.Socks,
    };

    internal static void Demand(bool isTrue, string what)
    {
        if (!isTrue)
            throw new BrokenPromiseException(what);
    }
}
