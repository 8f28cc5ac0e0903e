namespace Mptcp.Tool.Json;

sealed record CounterLine(string Name, long Value, string? Meaning);
