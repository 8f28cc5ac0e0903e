namespace SideBySide.Measuring;

/// <summary>One figure of a question.</summary>
/// <param name="Name">The name with the unit.</param>
/// <param name="Format">The format of the number.</param>
/// <param name="IsCompared">Whether the ratio to this library's figure is meaningful.</param>
/// <param name="HasInterval">Whether tables have the interval beside the median.</param>
sealed record Measure(string Name, string Format, bool IsCompared = true, bool HasInterval = true);
