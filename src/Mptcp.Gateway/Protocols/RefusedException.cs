namespace Mptcp.Gateway.Protocols;

/// <summary>A client is refused: for what it has sent, or for where it wants to go.</summary>
/// <param name="reason">Why, for the log.</param>
/// <param name="answer">The bytes to send to the client. If there are none, the client is reset.</param>
sealed class RefusedException(string reason, byte[]? answer = null) : Exception(reason)
{
    internal byte[] Answer { get; } = answer ?? [];
}
