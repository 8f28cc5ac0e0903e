using System.Net;

namespace Mptcp.Sockets;

/// <summary>A destination and path on which TCP is answered and MPTCP is not.</summary>
/// <param name="RemoteEndPoint">The address and port.</param>
/// <param name="Occurrences">How many times in a row this was confirmed, each after the time before had run out.</param>
/// <param name="RetryIn">After what time, from now, MPTCP is tried there again.</param>
/// <param name="Interface">The network interface; null for the one that the routes choose.</param>
public sealed record MptcpBlackhole(IPEndPoint RemoteEndPoint, int Occurrences, TimeSpan RetryIn, string? Interface = null);
