namespace SideBySide.Measuring;

/// <summary>One figure of a question.</summary>
/// <param name="Name">With the unit.</param>
/// <param name="Format">Of the number.</param>
/// <param name="IsCompared">Whether the ratio to this library's says something.</param>
sealed record Measure(string Name, string Format, bool IsCompared = true);
