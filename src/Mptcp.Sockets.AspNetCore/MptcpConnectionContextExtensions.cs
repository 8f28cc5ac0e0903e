using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Mptcp.Sockets.AspNetCore.Info;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>What a connection of Kestrel speaks, for connection middleware.</summary>
public static class MptcpConnectionContextExtensions
{
    /// <summary>What the client's connection speaks now: see <see cref="MptcpSocketExtensions.GetMptcpState(System.Net.Sockets.Socket)"/>.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The state; <see cref="MptcpState.Tcp"/>, too, where there is no TCP socket to ask, as with HTTP/3, Unix sockets, named pipes and servers in memory.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpState GetMptcpState(this ConnectionContext connection) => ConnectionSocket.GetState(Features(connection));

    /// <summary>What the kernel tells about the connection, if anything: one system call, and no allocation.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="info">The connection at this moment.</param>
    /// <returns>False where the connection is not Multipath TCP, has fallen back, or the system cannot tell.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static bool TryGetMptcpInfo(this ConnectionContext connection, out MptcpInfo info) => ConnectionSocket.TryGetInfo(Features(connection), out info);

    /// <summary>What the kernel tells about the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The connection at this moment.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">The connection is not Multipath TCP, has fallen back, has no socket, or the system cannot tell; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpInfo GetMptcpInfo(this ConnectionContext connection) => ConnectionSocket.GetInfo(Features(connection));

    /// <summary>The connection's subflows, the first first.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>All of them.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">The connection is not Multipath TCP, has fallen back, has no socket, or the system cannot tell; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpSubflow[] GetMptcpSubflows(this ConnectionContext connection) => ConnectionSocket.GetSubflows(Features(connection));

    /// <summary>Why the connection speaks what it speaks: see <see cref="MptcpSocketExtensions.ExplainMptcp(System.Net.Sockets.Socket)"/>.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>A reason to switch on and a text to read; where there is no TCP socket, <see cref="MptcpReason.NotRequested"/> and what there is instead.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpExplanation ExplainMptcp(this ConnectionContext connection) => ConnectionSocket.Explain(Features(connection));

    static IFeatureCollection Features(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Features;
    }
}
