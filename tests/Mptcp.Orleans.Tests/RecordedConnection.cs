using System.Net.Sockets;

namespace Mptcp.Orleans.Tests;

/// <summary>The state of one end of a connection when it began.</summary>
sealed record RecordedConnection(string End, MptcpState State, bool NoDelay, int KeepAliveTime)
{
    internal static RecordedConnection Of(string end, Socket socket) =>
        new(end, socket.GetMptcpState(), socket.NoDelay, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
}
