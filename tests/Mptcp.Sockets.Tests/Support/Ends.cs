namespace Mptcp.Sockets.Tests.Support;

/// <summary>Which ends of a connection are made for MPTCP.</summary>
public enum Ends
{
    Mptcp,
    MptcpClient,
    MptcpServer,
    Tcp,
}
