using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Connecting;

/// <summary>One try to connect to one address with one protocol.</summary>
sealed class Attempt(int targetIndex, IPEndPoint target, bool wantsMptcp)
{
    internal int TargetIndex => targetIndex;

    internal IPEndPoint Target => target;

    internal bool WantsMptcp => wantsMptcp;

    /// <summary>Why the socket is TCP although Multipath TCP was wanted.</summary>
    internal Refusal Refusal { get; set; }

    internal bool IsMptcp => wantsMptcp && Refusal.Reason == MptcpUnavailableReason.None;

    /// <summary>In <see cref="Stopwatch.GetTimestamp"/>, for traces: the schedule has a coarser clock.</summary>
    internal long StartedAt { get; init; } = Stopwatch.GetTimestamp();

    /// <summary>Null until made.</summary>
    internal Socket? Socket { get; set; }

    /// <summary>Null while pending, and if it has connected.</summary>
    internal SocketException? Error { get; set; }

    /// <summary>True if it was answered, too, but TCP at the same address was noticed first.</summary>
    internal bool IsAnsweredLate { get; set; }

    /// <summary>When a TCP attempt to the same address joins this one, in <see cref="Environment.TickCount64"/>; <see cref="long.MaxValue"/> for never.</summary>
    internal long FallbackDue { get; set; } = long.MaxValue;

    internal MptcpConnectAttempt ToPublic() => new(target, IsMptcp, Error!);
}
