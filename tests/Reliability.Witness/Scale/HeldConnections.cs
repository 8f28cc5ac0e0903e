namespace Reliability.Scale;

/// <param name="Count">How many connections there are.</param>
/// <param name="Bytes">The managed memory for each of the last ones, in bytes.</param>
/// <param name="Microseconds">The time to connect each of the last ones, in microseconds.</param>
/// <param name="Mptcp">How many of all use MPTCP.</param>
sealed record HeldConnections(int Count, double Bytes, double Microseconds, int Mptcp);
