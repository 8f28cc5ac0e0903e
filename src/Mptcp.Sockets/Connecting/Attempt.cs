using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Connecting;

/// <summary>An attempt to connect to one address, over one path, with one protocol.</summary>
sealed class Attempt
{
    internal const long Never = long.MaxValue;

    internal Attempt(int targetIndex, IPEndPoint target, LocalPath path, bool wantsMptcp) => Renew(targetIndex, target, path, wantsMptcp);

    internal int TargetIndex { get; private set; }

    internal IPEndPoint Target { get; private set; }

    internal LocalPath Path { get; private set; }

    internal bool WantsMptcp { get; private set; }

    /// <summary>True for a TCP attempt that runs in parallel with MPTCP attempts: it wins only if MPTCP stays unanswered.</summary>
    internal bool JoinsMptcp { get; init; }

    /// <summary>Why the socket is TCP although MPTCP was wanted.</summary>
    internal Refusal Refusal { get; set; }

    internal bool IsMptcp => WantsMptcp && Refusal.Reason == MptcpUnavailableReason.None;

    /// <summary>The socket; null until it was created.</summary>
    internal Socket? Socket { get; set; }

    /// <summary>The start, in milliseconds of the connect's clock.</summary>
    internal long StartedAt { get; set; }

    /// <summary>The time at which other attempts join this one if it is still unanswered, in milliseconds of the connect's clock.</summary>
    internal long LateAt { get; set; } = Never;

    /// <summary>The error; null while the attempt is pending, and if it has connected.</summary>
    internal SocketException? Error { get; set; }

    /// <summary>True if a reset answered the attempt: the server does not listen, or something on the way refuses MPTCP.</summary>
    internal bool WasRefused => Error?.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    /// <summary>The protocol and, if it was chosen, the interface: "MPTCP via wwan0".</summary>
    internal string ProtocolAndPath => $"{(IsMptcp ? "MPTCP" : "TCP")}{(Path.IsDefault ? "" : $" via {Path.Interface}")}";

    internal bool IsOnPathOf(Attempt other) => TargetIndex == other.TargetIndex && Path.Interface == other.Path.Interface;

    /// <summary>Reuses a decided attempt for another one, so that most connects need not allocate one.</summary>
    [MemberNotNull(nameof(Target))]
    internal void Renew(int targetIndex, IPEndPoint target, LocalPath path, bool wantsMptcp)
    {
        TargetIndex = targetIndex;
        Target = target;
        Path = path;
        WantsMptcp = wantsMptcp;
        Refusal = default;
        Socket = null;
        StartedAt = 0;
        LateAt = Never;
        Error = null;
    }

    /// <summary>Describes a failed attempt. An attempt that had no socket yet when the connect timed out has no error of its own.</summary>
    internal MptcpConnectAttempt ToPublic() => new(Target, IsMptcp, Error ?? new SocketException((int)SocketError.TimedOut), Path.Interface);
}
