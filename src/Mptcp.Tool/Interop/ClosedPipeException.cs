namespace Mptcp.Tool.Interop;

/// <summary>The program that read the output has ended. There is nothing more to do, and nothing wrong.</summary>
sealed class ClosedPipeException : IOException;
