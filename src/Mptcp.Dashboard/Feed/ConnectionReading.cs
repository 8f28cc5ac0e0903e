using System.Net;
using System.Net.NetworkInformation;

namespace Mptcp.Dashboard.Feed;

/// <summary>What the kernel reports about a connection at one moment.</summary>
sealed record ConnectionReading(uint Token, IPEndPoint Local, IPEndPoint Remote)
{
    internal TcpState State { get; init; } = TcpState.Established;

    internal bool HasFallenBack { get; init; }

    /// <summary>The name and the number of the process; empty if it is not known.</summary>
    internal string Process { get; init; } = "";

    /// <summary>The paths; null if the kernel does not report them to this process.</summary>
    internal IReadOnlyList<PathReading>? Paths { get; init; } = [];
}
