namespace Mptcp.Gateway.Protocols;

/// <summary>Reads a value from the beginning of bytes. Pure: the same bytes give the same result.</summary>
delegate Parsed<T> Parser<T>(ReadOnlySpan<byte> bytes);
