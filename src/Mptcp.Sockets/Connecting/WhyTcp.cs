using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Says why a connect used TCP although this system has MPTCP. Kept for the lifetime of the socket, because the kernel cannot be asked
/// later.
/// </summary>
/// <param name="Reason">
/// <see cref="MptcpReason.OvertakenByTcp"/>, <see cref="MptcpReason.Refused"/> or <see cref="MptcpReason.Blackhole"/>.
/// </param>
/// <param name="Target">The remote end point.</param>
/// <param name="Path">The path.</param>
sealed record WhyTcp(MptcpReason Reason, IPEndPoint Target, LocalPath Path)
{
    static readonly ConditionalWeakTable<Socket, WhyTcp> s_kept = [];

    internal static WhyTcp? Of(Socket socket) => s_kept.TryGetValue(socket, out WhyTcp? why) ? why : null;

    internal static WhyTcp? Find(ConnectSchedule schedule, Attempt winner, MptcpMode mode)
    {
        if (winner.WantsMptcp || mode == MptcpMode.Disabled)
            return null;

        bool wasRefused = schedule.Started.Any(other => other.IsMptcp && other.WasRefused && other.IsOnPathOf(winner));
        return new WhyTcp(!winner.JoinsMptcp ? MptcpReason.Blackhole : wasRefused ? MptcpReason.Refused : MptcpReason.OvertakenByTcp, winner.Target, winner.Path);
    }

    internal void KeepBeside(Socket socket) => s_kept.AddOrUpdate(socket, this);
}
