using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Creation;

/// <summary>Why a socket that was to be Multipath TCP is TCP. What nobody could find out later is kept beside the socket as long as that lives.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Target">Where to, if it is a matter of that.</param>
/// <param name="Refusal">What the system said, if it was the system.</param>
sealed record WhyTcp(MptcpReason Reason, IPEndPoint? Target, Refusal Refusal = default)
{
    static readonly ConcurrentDictionary<Refusal, WhyTcp> s_refusals = []; // few, and each for many sockets
    static readonly ConditionalWeakTable<Socket, WhyTcp> s_kept = [];

    /// <summary>Whether Multipath TCP was answered, too, after TCP.</summary>
    internal bool IsAnswered { get; init; }

    /// <summary>How Multipath TCP failed, before TCP was answered.</summary>
    internal SocketException? Error { get; init; }

    internal static WhyTcp Of(Refusal refusal) => s_refusals.GetOrAdd(refusal, static refusal => new WhyTcp(MptcpReason.SystemUnavailable, Target: null, refusal));

    internal static WhyTcp? Of(Socket socket) => s_kept.TryGetValue(socket, out WhyTcp? why) ? why : null;

    internal void KeepBeside(Socket socket)
    {
        if (Reason != MptcpReason.SystemUnavailable || Refusal.Reason is MptcpUnavailableReason.DisabledBySysctl or MptcpUnavailableReason.BlockedByPolicy)
            s_kept.AddOrUpdate(socket, this);
    }
}
