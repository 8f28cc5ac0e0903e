namespace Mptcp.Tool.Json;

sealed record SettingLine(string Name, string Value, string? Meaning);
