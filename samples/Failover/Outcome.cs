using Mptcp.Sockets;

namespace Failover;

/// <summary>The measurements of one download.</summary>
/// <param name="Name">The protocol, for people.</param>
/// <param name="State">The state of the connection, as the kernel reports it.</param>
/// <param name="Bytes">The number of bytes that the application received.</param>
/// <param name="IsIntact">Whether the hashes at both ends are equal.</param>
/// <param name="Duration">The time from before the connect to the last byte.</param>
/// <param name="Outage">The time for which the path was cut.</param>
/// <param name="LongestStall">The longest time during which the application received no byte.</param>
/// <param name="SentOverWifi">The number of bytes that the server sent over Wi-Fi, including headers and retransmissions.</param>
/// <param name="SentOverCellular">The number of bytes that the server sent over cellular, including headers and retransmissions.</param>
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
