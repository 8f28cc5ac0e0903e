using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mptcp.Sockets.Connecting;

/// <summary>What to connect to and how, once names are resolved and options checked; makes the sockets and takes back those that lost.</summary>
abstract class ConnectRequest(IReadOnlyList<IPEndPoint> targets)
{
    internal IReadOnlyList<IPEndPoint> Targets => targets;

    internal MptcpMode Mode { get; init; }

    internal TimeSpan ConnectionAttemptDelay { get; init; } = MptcpConnectOptions.Default.ConnectionAttemptDelay;

    /// <summary>Infinite where no TCP attempt may join.</summary>
    internal TimeSpan TcpFallbackDelay { get; init; } = MptcpConnectOptions.Default.TcpFallbackDelay;

    internal ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>
    /// A fresh socket for an attempt, of the right family, set up and bound. Where Multipath TCP is wanted and not to be had, and the mode
    /// allows it, it speaks TCP.
    /// </summary>
    internal abstract Socket Make(IPEndPoint target, bool wantsMptcp, out bool isMptcp);

    /// <summary>Takes back a socket whose attempt has failed or lost.</summary>
    internal virtual void Discard(Socket socket) => socket.Dispose();

    /// <summary>Says that a socket which lost belongs to somebody else now, who closes it.</summary>
    internal virtual void OnTakenOver(Socket socket)
    {
    }
}
