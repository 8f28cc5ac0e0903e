using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>
/// The MPTCP connections of the calling thread's network namespace, whatever process they are of: what <c>ss -M</c> shows, by the kernel's inet_diag. Needs no
/// privilege; what only the privileged are told is null for others.
/// </summary>
public static class MptcpConnections
{
    /// <summary>Lists connections, at one moment, more or less: they may come and go meanwhile.</summary>
    /// <param name="filter">Which; null for all, and not the sockets that listen. Subflows are told where it asks for them.</param>
    /// <exception cref="ArgumentException">The filter has a family, port or state that is none.</exception>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP, or no such list (<c>CONFIG_INET_MPTCP_DIAG</c>).</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    /// <example><code>foreach (MptcpConnection connection in MptcpConnections.List()) Console.WriteLine(connection);</code></example>
    public static IReadOnlyList<MptcpConnection> List(MptcpConnectionFilter? filter = null)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        return reader.List(filter);
    }

    /// <summary>One connection; null if there is none with this token.</summary>
    /// <param name="token">Its <see cref="MptcpInfo.Token"/>.</param>
    /// <param name="includeSubflows">
    /// Whether to tell about its <see cref="MptcpConnection.Subflows"/>, too. Without, this takes the same time however many connections there are; with, the kernel
    /// gives all TCP connections of the network namespace to look through.
    /// </param>
    /// <inheritdoc cref="List"/>
    public static MptcpConnection? Find(uint token, bool includeSubflows = true)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        return reader.Find(token, includeSubflows);
    }
}
