namespace Mptcp.Tool.Json;

/// <summary>A fetched URL. The body is not in it.</summary>
sealed record GetLine(string Url, int Status, string? Peer, string? State, string? Reason, string? Explanation, long Bytes, string? File);
