namespace Mptcp.Sockets.Tests.Support;

/// <summary>The ways to connect a client.</summary>
public enum Way
{
    Blocking,
    Task,
    Cancellable,
    BeginEnd,
}
