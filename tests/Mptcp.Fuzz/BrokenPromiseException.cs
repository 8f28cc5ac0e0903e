namespace Mptcp.Fuzz;

/// <summary>A parser returned a result that cannot be.</summary>
public sealed class BrokenPromiseException(string promise) : Exception($"The promise is broken that {promise}.");
