namespace Mptcp.Fuzz;

/// <summary>Parses an input, and throws if that breaks a promise of the parser.</summary>
public delegate void Parse(ReadOnlySpan<byte> input);
