using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Creation;

/// <summary>Why TCP has won a connect that was to be Multipath TCP. What nobody could find out later is kept beside the socket as long as that lives.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Target">Where to.</param>
/// <param name="Refusal">What the system said, if it was the system.</param>
sealed record WhyTcp(MptcpReason Reason, IPEndPoint Target, Refusal Refusal = default)
{
    static readonly ConditionalWeakTable<Socket, WhyTcp> s_kept = [];

    internal static WhyTcp? Of(Socket socket) => s_kept.TryGetValue(socket, out WhyTcp? why) ? why : null;

    internal void KeepBeside(Socket socket)
    {
        if (Reason != MptcpReason.SystemUnavailable || Refusal.Reason is MptcpUnavailableReason.DisabledBySysctl or MptcpUnavailableReason.BlockedByPolicy)
            s_kept.AddOrUpdate(socket, this);
    }
}
