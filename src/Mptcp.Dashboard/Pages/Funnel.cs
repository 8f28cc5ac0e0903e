namespace Mptcp.Dashboard.Pages;

/// <summary>The steps from an offer of MPTCP to a path in use, each with what it lost.</summary>
/// <param name="Name">What the steps are about.</param>
/// <param name="Steps">The steps, with the number of connections or paths that came so far; null if this kernel does not count it. Empty if there is no order.</param>
/// <param name="Losses">Why some did not come further.</param>
sealed record Funnel(string Name, IReadOnlyList<(string Name, long? Count)> Steps, IReadOnlyList<(string Reason, long Count)> Losses)
{
    static readonly (string Counter, string Reason)[] s_connects =
    [
        ("MPCapableFallbackSYNACK", "the peer, or something before it, answered without MPTCP"),
        ("MPCapableSYNTXDrop", "SYNs with MPTCP had no answer: a network drops them"),
        ("MPCapableSYNTXDisabled", "not offered, because the kernel has found that the path drops MPTCP"),
        ("MPFallbackTokenInit", "no free token was found"),
        ("SimultConnectFallback", "both ends connected at the same time"),
        ("MD5SigFallback", "TCP MD5 signatures exclude MPTCP"),
    ];

    static readonly (string Counter, string Reason)[] s_clients = [("MPCapableFallbackACK", "the last part of the handshake came without MPTCP")];

    /// <summary>The kernel counts these on both sides.</summary>
    static readonly (string Counter, string Reason)[] s_later =
    [
        ("MPCapableDataFallback", "the first data came without MPTCP"),
        ("DssFallback", "data came without MPTCP sequence numbers"),
        ("DSSCorruptionFallback", "a mapping was corrupt: something on the path changes data"),
        ("InfiniteMapRx", "the peer reported a fallback"),
    ];

    static readonly (string Counter, string Reason)[] s_joins =
    [
        ("MPJoinSynTxBindErr", "the address or interface of the endpoint cannot be used"),
        ("MPJoinSynTxConnectErr", "there is no route, or a firewall refused"),
        ("MPJoinSynTxCreatSkErr", "no socket could be made"),
        ("MPJoinSynAckNoMPJoin", "answered without MPTCP: something on the path removes it"),
        ("MPJoinSynAckHMacFailure", "the answer had a wrong HMAC: something on the path changes packets"),
        ("MPJoinRejected", "this host rejected it, for example by a limit"),
        ("MPJoinNoTokenFound", "it was for a connection that does not exist"),
        ("MPJoinNoIdFound", "it was for a local address that has no id"),
        ("MPJoinAckNoMPJoin", "the last step came without MPTCP: something on the path removes it"),
        ("MPJoinAckHMacFailure", "the last step had a wrong HMAC: something on the path changes packets"),
        ("MPRstRx", "the peer reset the path, with a reason"),
        ("SubflowStale", "the path stopped answering, and was avoided"),
    ];

    internal static IReadOnlyList<Funnel> Of(Func<string, long?> counter, int opened, int accepted, int paths) =>
    [
        new Funnel(
            "Connections that this host opened",
            [("offered", counter("MPCapableSYNTX")), ("accepted by the peer", counter("MPCapableSYNACKRX")), ("in use now", opened)],
            Count(s_connects, counter)),
        new Funnel(
            "Connections that this host accepted", [("offered by clients", counter("MPCapableSYNRX")), ("accepted", counter("MPCapableACKRX")), ("in use now", accepted)], Count(s_clients, counter)),
        new Funnel("Fell back later, opened or accepted", [], Count(s_later, counter)),
        new Funnel(
            "Further paths",
            [
                ("begun here", counter("MPJoinSynTx")), ("answered by the peer", counter("MPJoinSynAckRx")), ("begun by peers", counter("MPJoinSynRx")), ("joined here", counter("MPJoinAckRx")),
                ("in use now", paths),
            ],
            Count(s_joins, counter)),
    ];

    static (string, long)[] Count((string Counter, string Reason)[] reasons, Func<string, long?> counter) =>
        [.. reasons.Select(one => (one.Reason, counter(one.Counter) ?? 0)).Where(one => one.Item2 > 0)];
}
