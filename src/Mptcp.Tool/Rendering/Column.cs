namespace Mptcp.Tool.Rendering;

/// <summary>A column of a <see cref="ColumnTable"/>.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Importance">0 for a column that is always shown. Where there is no room, the column with the highest number goes first.</param>
/// <param name="IsNumber">Whether its cells are aligned to the right.</param>
sealed record Column(string Header, int Importance = 0, bool IsNumber = false);
