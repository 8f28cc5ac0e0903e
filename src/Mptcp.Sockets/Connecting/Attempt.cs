using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Connecting;

/// <summary>One try to connect to one address, over one path, with one protocol.</summary>
sealed class Attempt(int targetIndex, IPEndPoint target, LocalPath path, bool wantsMptcp)
{
    internal const long Never = long.MaxValue;

    internal int TargetIndex => targetIndex;

    internal IPEndPoint Target => target;

    internal LocalPath Path => path;

    internal bool WantsMptcp => wantsMptcp;

    /// <summary>True for a TCP attempt beside MPTCP ones: it wins only if MPTCP stays unanswered.</summary>
    internal bool JoinsMptcp { get; init; }

    /// <summary>Why the socket is TCP although MPTCP was wanted.</summary>
    internal Refusal Refusal { get; set; }

    internal bool IsMptcp => wantsMptcp && Refusal.Reason == MptcpUnavailableReason.None;

    /// <summary>Null until made.</summary>
    internal Socket? Socket { get; set; }

    /// <summary>When it began, in milliseconds of the connect's clock.</summary>
    internal long StartedAt { get; set; }

    /// <summary>When others join it if it is still unanswered, in milliseconds of the connect's clock.</summary>
    internal long LateAt { get; set; } = Never;

    /// <summary>Null while pending, and if it has connected.</summary>
    internal SocketException? Error { get; set; }

    /// <summary>True if a reset answered it: the server does not listen, or something on the way refuses MPTCP.</summary>
    internal bool WasRefused => Error?.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    /// <summary>The protocol and, where it was chosen, the interface: "MPTCP via wwan0".</summary>
    internal string Over => $"{(IsMptcp ? "MPTCP" : "TCP")}{(path.IsDefault ? "" : $" via {path.Interface}")}";

    internal bool IsOnPathOf(Attempt other) => targetIndex == other.TargetIndex && path.Interface == other.Path.Interface;

    internal MptcpConnectAttempt ToPublic() => new(target, IsMptcp, Error!, path.Interface);
}
