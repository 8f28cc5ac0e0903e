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
    // Each counts connections that were to be Multipath TCP and are not: net/mptcp/mib.h. A kernel that lacks a counter does not do what it counts.
    static readonly (MptcpReason Reason, string[] Counters, string Text)[] s_fallbacks =
    [
        (MptcpReason.AnsweredWithout, ["MPCapableFallbackSYNACK"], "the peer, or something on the way, answered without Multipath TCP"),
        (MptcpReason.Blackhole, ["MPCapableSYNTXDrop", "MPCapableSYNTXDisabled"],
            "SYNs with Multipath TCP went unanswered, so the kernel sent them without, as it does from this network namespace for as long as net.mptcp.blackhole_timeout says"),
        (MptcpReason.FellBackLater, ["MPCapableDataFallback", "DssFallback", "DSSCorruptionFallback", "InfiniteMapTx", "InfiniteMapRx"],
            "Multipath TCP was in use, and then data came without its mapping or with a wrong checksum"),
        (MptcpReason.Ambiguous, ["MPFallbackTokenInit", "MD5SigFallback", "SimultConnectFallback"],
            "the kernel could not make it Multipath TCP: it had no token for it, TCP MD5 signatures are set, or both ends connected at once"),
    ];

    internal static MptcpExplanation Explain(Socket socket, MptcpState state) => state switch
    {
        MptcpState.Mptcp => new MptcpExplanation(MptcpReason.InUse, socket.Connected ? "Multipath TCP is in use." : "Multipath TCP is offered and accepted."),
        MptcpState.FellBack => ExplainFallback(MptcpCounters.Read()),
        _ when WhyTcp.Of(socket) is { } why => ExplainConnect(why),
        _ => ExplainTcp(socket, FindRefusal(socket.AddressFamily)),
    };

    /// <summary>The kernel's socket is Multipath TCP, and the connection is not.</summary>
    /// <param name="counters">Of the network namespace.</param>
    /// <param name="isAccepted">Whether it is known to be an accepted one, to which nothing can have happened that happens to connects.</param>
    internal static MptcpExplanation ExplainFallback(MptcpCounters counters, bool isAccepted = false)
    {
        (MptcpReason Reason, long Count, string Text)[] seen = [.. s_fallbacks
            .Where(cause => !isAccepted || cause.Reason is not (MptcpReason.AnsweredWithout or MptcpReason.Blackhole))
            .Select(cause => (cause.Reason, Sum(counters, cause.Counters), cause.Text))
            .Where(cause => cause.Item2 > 0)];
        return seen switch
        {
            [{ Reason: MptcpReason.Blackhole } only] => ExplainKernelsBlackhole(only.Text, counters),
            [var only] => new(only.Reason, $"The connection has fallen back to TCP: {only.Text}."),
            [] => new(MptcpReason.Ambiguous, "The connection has fallen back to TCP; this kernel has not counted why."),
            _ => new(MptcpReason.Ambiguous, "The connection has fallen back to TCP, for one of the reasons that this network namespace has seen: "
                + $"{string.Join("; ", seen.Select(cause => string.Create(CultureInfo.InvariantCulture, $"{cause.Text} ({cause.Count} times)")))}."),
        };
    }

    static MptcpExplanation ExplainKernelsBlackhole(string text, MptcpCounters counters)
    {
        TimeSpan? retryIn = KernelsBlackhole.LongestLeft(counters);
        string retry = retryIn is { } time ? $" It tries Multipath TCP again in {Math.Ceiling(time.TotalSeconds)} s at the latest, unless it runs into another." : "";
        return new(MptcpReason.Blackhole, $"The connection has fallen back to TCP: {text}.{retry}", RetryIn: retryIn);
    }

    /// <summary>TCP has won a connect that was to be Multipath TCP.</summary>
    static MptcpExplanation ExplainConnect(WhyTcp why)
    {
        if (why.Reason == MptcpReason.SystemUnavailable)
            return new(why.Reason, why.Refusal.Explanation, why.Refusal.Reason);

        IPEndPoint target = why.Target!;
        TimeSpan? retryIn = BlackholeMemory.TimeUntilRetry(target);
        string retry = retryIn is { } time ? $" Multipath TCP is tried there again in {Math.Ceiling(time.TotalSeconds)} s, or after MptcpBlackholes.Clear()." : "";
        string text = why switch
        {
            { Error: { } error } => $"Multipath TCP was tried at {target} and failed ({error.Message}) after TCP had been tried, too; TCP was answered.",
            { IsAnswered: true } => $"Multipath TCP was tried at {target} and not answered in time, and TCP was; its own answer came later.",
            { Reason: MptcpReason.OvertakenByTcp } => $"Multipath TCP was tried at {target} and not answered in time, and TCP was: something on the way may drop SYNs that carry it.",
            _ => $"Multipath TCP was not tried at {target}, since it went unanswered there before while TCP was answered.",
        };
        return new(why.Reason, text + retry, RetryIn: retryIn);
    }

    /// <summary>No connect of ours has made it TCP, so somebody else has, or it was accepted.</summary>
    static MptcpExplanation ExplainTcp(Socket socket, Refusal refusal)
    {
        const string plain = "a TCP socket of which nobody has asked Multipath TCP, or one that was accepted from a client that did not offer it";
        const string stripped = "accepted from a client that offered Multipath TCP and was not heard doing so to the end: something on the way removes it";
        if (refusal.Reason != MptcpUnavailableReason.None)
            return new(MptcpReason.SystemUnavailable, $"This is a TCP socket, and this system gives no other now, whether asked or not. {refusal.Explanation}", refusal.Reason);

        MptcpCounters mptcp = MptcpCounters.Read();
        long fallbacks = Sum(mptcp, "MPCapableFallbackACK");
        if (fallbacks == 0 || !socket.Connected)
            return new(MptcpReason.NotRequested, $"This is {plain}.");

        // Sure only if no other kind of TCP connection was made here or accepted.
        TcpCounters tcp = TcpCounters.Read();
        bool isSure = tcp.ActiveOpens == Sum(mptcp, "MPCapableSYNTX", "MPJoinSynTx") && tcp.PassiveOpens - Sum(mptcp, "MPCapableACKRX", "MPJoinAckRx") == fallbacks;
        return isSure
            ? new(MptcpReason.OptionsStripped, $"This was {stripped}.")
            : new(MptcpReason.Ambiguous, $"This is {plain}; or it was {stripped}, as has happened {fallbacks} times in this network namespace.");
    }

    static Refusal FindRefusal(AddressFamily family)
    {
        using NativeSocket? socket = SocketFactory.TryOpenMptcp(family, out Refusal refusal);
        return refusal;
    }

    static long Sum(MptcpCounters counters, params string[] names) => names.Sum(name => counters[name] ?? 0);
}
