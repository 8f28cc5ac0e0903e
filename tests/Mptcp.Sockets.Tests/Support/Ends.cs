namespace Mptcp.Sockets.Tests.Support;

/// <summary>The ends of a connection that use MPTCP.</summary>
public enum Ends
{
    Mptcp,
    MptcpClient,
    MptcpServer,
    Tcp,
}
