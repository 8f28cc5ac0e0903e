using Mptcp.Sockets;

namespace Failover;

/// <summary>What was measured of a download.</summary>
/// <param name="Name">Of what it went over.</param>
/// <param name="State">What the kernel says that was.</param>
/// <param name="Bytes">That reached the application.</param>
/// <param name="IsIntact">Whether the hashes at both ends are the same.</param>
/// <param name="Duration">From before connecting to the last byte.</param>
/// <param name="Outage">How long the path was cut.</param>
/// <param name="LongestStall">The longest time in which no byte reached the application.</param>
/// <param name="SentOverWifi">Bytes that the server has sent on that path, headers and repetitions included.</param>
/// <param name="SentOverCellular">Likewise.</param>
sealed record Outcome(
    string Name,
    MptcpState State,
    long Bytes,
    bool IsIntact,
    TimeSpan Duration,
    TimeSpan Outage,
    TimeSpan LongestStall,
    long SentOverWifi,
    long SentOverCellular)
{
    internal double WifiShare => (double)SentOverWifi / (SentOverWifi + SentOverCellular);
}
