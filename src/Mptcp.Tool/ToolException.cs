namespace Mptcp.Tool;

/// <summary>Ends a command with a message for people and an exit code.</summary>
sealed class ToolException(int exitCode, string message) : Exception(message)
{
    internal int ExitCode => exitCode;
}
