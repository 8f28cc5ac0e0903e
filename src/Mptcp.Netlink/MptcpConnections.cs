using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>
/// Lists the MPTCP connections of all processes in the calling thread's network namespace, as <c>ss -M</c> does. Needs no privilege. Values
/// that the kernel reports only to privileged processes are <see langword="null"/> for others.
/// </summary>
public static class MptcpConnections
{
    /// <summary>Lists connections. Connections may come and go during the listing.</summary>
    /// <param name="filter">
    /// The filter, or <see langword="null"/> for all connections without listening sockets. Subflows are listed if the filter includes
    /// them.
    /// </param>
    /// <exception cref="ArgumentException">The filter contains an invalid address family, port or state.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// This system has no MPTCP, or cannot list connections (<c>CONFIG_INET_MPTCP_DIAG</c>).
    /// </exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
    /// <example><code>foreach (MptcpConnection connection in MptcpConnections.List()) Console.WriteLine(connection);</code></example>
    public static IReadOnlyList<MptcpConnection> List(MptcpConnectionFilter? filter = null)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        return reader.List(filter);
    }

    /// <summary>Finds a connection by its token; returns <see langword="null"/> if no connection has it.</summary>
    /// <param name="token">The <see cref="MptcpInfo.Token"/> of the connection.</param>
    /// <param name="includeSubflows">
    /// <see langword="true"/> to list <see cref="MptcpConnection.Subflows"/>, too: the kernel then lists all TCP connections of the network
    /// namespace. With <see langword="false"/>, the time does not depend on the number of connections.
    /// </param>
    /// <inheritdoc cref="List"/>
    public static MptcpConnection? Find(uint token, bool includeSubflows = true)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        return reader.Find(token, includeSubflows);
    }
}
