namespace Mptcp.Sockets.Tests.Support;

/// <summary>How a client is connected.</summary>
public enum Way
{
    Blocking,
    Task,
    Cancellable,
    BeginEnd,
}
