using System.Net;

namespace Mptcp.Sockets;

/// <summary>A destination at which TCP was answered and Multipath TCP was not.</summary>
/// <param name="RemoteEndPoint">The address and port.</param>
/// <param name="Occurrences">How many times in a row Multipath TCP went unanswered there, each after the time before had run out.</param>
/// <param name="RetryIn">After what time, from now, Multipath TCP is tried there again.</param>
public sealed record MptcpBlackhole(IPEndPoint RemoteEndPoint, int Occurrences, TimeSpan RetryIn);
