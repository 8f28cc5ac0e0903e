using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Finds out why a socket speaks what it speaks: from what its connect left behind, from the socket, and from the kernel's counters, which are those of all
/// connections of the network namespace and so prove something of one only where they leave nothing else.
/// </summary>
static class Explainer
{
    // Counted when a connection that was Multipath TCP is no more: net/mptcp/mib.h.
    static readonly string[] s_fallbacksLater = ["MPCapableDataFallback", "DssFallback", "DSSCorruptionFallback", "InfiniteMapTx", "InfiniteMapRx"];

    internal static MptcpExplanation Explain(Socket socket, MptcpState state) => state switch
    {
        MptcpState.Mptcp => new MptcpExplanation(MptcpReason.InUse, socket.Connected ? "Multipath TCP is in use." : "Multipath TCP is offered and accepted."),
        MptcpState.FellBack => ExplainFallback(MptcpCounters.Read()),
        _ when WhyTcp.Of(socket) is { } why => ExplainRace(why.Reason, socket.RemoteEndPoint as IPEndPoint),
        _ => FindRefusal(socket.AddressFamily) ?? ExplainTcp(socket, MptcpCounters.Read()),
    };

    /// <summary>TCP has won a connect that was to be Multipath TCP.</summary>
    static MptcpExplanation ExplainRace(MptcpReason reason, IPEndPoint? peer)
    {
        TimeSpan? retryIn = peer is null ? null : BlackholeMemory.TimeUntilRetry(peer);
        string retry = retryIn is { } time ? $" Multipath TCP is tried there again in {Math.Ceiling(time.TotalSeconds)} s, or after MptcpBlackholes.Clear()." : "";
        return reason == MptcpReason.OvertakenByTcp
            ? new(reason, $"Multipath TCP was tried at {peer} and not answered in time, and TCP was: something on the way may drop SYNs that carry it.{retry}", RetryIn: retryIn)
            : new(reason, $"Multipath TCP was not tried at {peer}, since it went unanswered there before while TCP was answered.{retry}", RetryIn: retryIn);
    }

    static MptcpExplanation? FindRefusal(AddressFamily family)
    {
        using NativeSocket? socket = SocketFactory.TryOpenMptcp(family, out Refusal refusal);
        return socket is null ? new(MptcpReason.SystemUnavailable, refusal.Explanation, refusal.Reason) : null;
    }

    /// <summary>Nobody here has made it TCP, so it was made so by somebody else, or accepted.</summary>
    static MptcpExplanation ExplainTcp(Socket socket, MptcpCounters counters)
    {
        const string plain = "a TCP socket of which nobody has asked Multipath TCP, or one that was accepted from a client that did not offer it";
        const string stripped = "accepted from a client that offered Multipath TCP and was not heard doing so to the end: something on the way removes it";
        long fallbacks = Sum(counters, "MPCapableFallbackACK");
        if (fallbacks == 0 || socket.LocalEndPoint is null)
            return new(MptcpReason.NotRequested, $"This is {plain}.");

        long acceptedAsTcp = NetworkStatistics.ReadPassiveOpens() - Sum(counters, "MPCapableACKRX", "MPJoinAckRx");
        return acceptedAsTcp == fallbacks
            ? new(MptcpReason.OptionsStripped, $"This was {stripped}.")
            : new(MptcpReason.Ambiguous, $"This is {plain}; or it was {stripped}, as has happened {fallbacks} times in this network namespace.");
    }

    /// <summary>The kernel's socket is Multipath TCP, and the connection is not.</summary>
    static MptcpExplanation ExplainFallback(MptcpCounters counters)
    {
        (MptcpReason Reason, long Count, string Text)[] seen =
        [
            .. new[]
            {
                (MptcpReason.AnsweredWithout, Sum(counters, "MPCapableFallbackSYNACK"), "the peer, or something on the way, answered without Multipath TCP"),
                (MptcpReason.Blackhole, Sum(counters, "MPCapableSYNTXDrop", "MPCapableSYNTXDisabled"),
                    "SYNs with Multipath TCP went unanswered, so the kernel sent them without, as it does from this network namespace for as long as net.mptcp.blackhole_timeout says"),
                (MptcpReason.FellBackLater, Sum(counters, s_fallbacksLater), "Multipath TCP was in use, and then data came without its mapping or with a wrong checksum"),
            }.Where(cause => cause.Item2 > 0),
        ];
        return seen switch
        {
            [var only] => new(only.Reason, $"The connection has fallen back to TCP: {only.Text}."),
            [] => new(MptcpReason.Ambiguous, "The connection has fallen back to TCP; this kernel has not counted why."),
            _ => new(MptcpReason.Ambiguous, "The connection has fallen back to TCP, for one of the reasons that this network namespace has seen: "
                + $"{string.Join("; ", seen.Select(cause => string.Create(CultureInfo.InvariantCulture, $"{cause.Text} ({cause.Count} times)")))}."),
        };
    }

    static long Sum(MptcpCounters counters, params string[] names) => names.Sum(name => counters[name] ?? 0);
}
