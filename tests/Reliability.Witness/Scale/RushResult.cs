namespace Reliability.Scale;

/// <param name="Ends">How many connects ended in each way: a state or an error.</param>
/// <param name="Seconds">How long all took together.</param>
/// <param name="Left">The descriptors that were left.</param>
sealed record RushResult(IReadOnlyDictionary<string, int> Ends, double Seconds, int Left);
