namespace Mptcp.Tool.Rendering;

/// <summary>A column of a <see cref="ColumnTable"/>.</summary>
/// <param name="Header">The header of the column.</param>
/// <param name="Importance">
/// 0 for a column that is always shown. If there is no room, the column with the highest number is left out first.
/// </param>
/// <param name="IsNumber">Whether the cells are right-aligned.</param>
sealed record Column(string Header, int Importance = 0, bool IsNumber = false);
