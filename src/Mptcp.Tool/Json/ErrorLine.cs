namespace Mptcp.Tool.Json;

/// <summary>Why a command has failed, on the standard error.</summary>
sealed record ErrorLine(string Error, int ExitCode);
