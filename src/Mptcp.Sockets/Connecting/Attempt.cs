using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>One try to connect to one address with one protocol.</summary>
sealed class Attempt(int targetIndex, IPEndPoint target, bool wantsMptcp)
{
    internal int TargetIndex => targetIndex;

    internal IPEndPoint Target => target;

    /// <summary>What the attempt is to use; <see cref="IsMptcp"/> is what its socket then is.</summary>
    internal bool WantsMptcp => wantsMptcp;

    internal bool IsMptcp { get; set; }

    /// <summary>Null until made.</summary>
    internal Socket? Socket { get; set; }

    /// <summary>Null while pending, and if it has connected.</summary>
    internal SocketException? Error { get; set; }

    /// <summary>When a TCP attempt to the same address joins this one, in <see cref="Environment.TickCount64"/>; <see cref="long.MaxValue"/> for never.</summary>
    internal long FallbackDue { get; set; } = long.MaxValue;

    internal MptcpConnectAttempt ToPublic() => new(target, Socket is null ? wantsMptcp : IsMptcp, Error!);
}
