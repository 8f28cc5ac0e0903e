namespace SideBySide;

/// <summary>The exception that is thrown when a condition for a meaningful figure does not hold.</summary>
sealed class BenchmarkException(string message) : Exception(message);
