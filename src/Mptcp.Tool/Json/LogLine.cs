namespace Mptcp.Tool.Json;

sealed record LogLine(DateTimeOffset Time, string Level, string Message);
