namespace Mptcp.Gateway.Protocols;

/// <summary>
/// The result of a parser for the bytes that have arrived so far: a value and its length, an error, or neither if more bytes are needed.
/// </summary>
readonly record struct Parsed<T>(T? Value, int Length, string? Error)
{
    internal static Parsed<T> Incomplete => default;

    internal bool IsComplete => Length > 0;

    internal static Parsed<T> Complete(T value, int length) => new(value, length, null);

    internal static Parsed<T> Invalid(string error) => new(default, 0, error);
}
