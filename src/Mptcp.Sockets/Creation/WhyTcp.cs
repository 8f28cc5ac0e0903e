using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Why a socket that was to be Multipath TCP speaks TCP. What nobody could find out later is kept beside that socket as long as it lives; what the
/// system refuses can be asked again.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Refusal">What the system said, if it was the system.</param>
sealed record WhyTcp(MptcpReason Reason, Refusal Refusal = default)
{
    static readonly ConditionalWeakTable<Socket, WhyTcp> s_kept = [];

    internal static WhyTcp? Of(Socket socket) => s_kept.TryGetValue(socket, out WhyTcp? why) ? why : null;

    internal void KeepBeside(Socket socket)
    {
        if (Reason != MptcpReason.SystemUnavailable)
            s_kept.AddOrUpdate(socket, this);
    }
}
