namespace SideBySide;

/// <summary>Something is not as it must be for a figure to mean anything.</summary>
sealed class BenchmarkException(string message) : Exception(message);
