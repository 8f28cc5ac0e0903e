namespace Mptcp.Tool.Interop;

/// <summary>
/// The exception that is thrown when the program that reads the output has ended. Nothing is wrong, and nothing remains to be done.
/// </summary>
sealed class ClosedPipeException : IOException;
