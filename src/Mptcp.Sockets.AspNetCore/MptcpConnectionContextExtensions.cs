using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Mptcp.Sockets.AspNetCore.Info;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>Reads the MPTCP state and the paths of a Kestrel connection, for connection middleware.</summary>
public static class MptcpConnectionContextExtensions
{
    /// <summary>
    /// Gets what the client's connection uses now. See <see cref="MptcpSocketExtensions.GetMptcpState(System.Net.Sockets.Socket)"/>.
    /// </summary>
    /// <remarks>Behind a proxy, this is the connection of the proxy.</remarks>
    /// <param name="connection">The connection.</param>
    /// <returns>
    /// The state, or <see langword="null"/> if there is no TCP socket to ask: with HTTP/3, Unix sockets, named pipes, in-memory servers
    /// and long polling of hubs.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpState? GetMptcpState(this ConnectionContext connection) => ConnectionSocket.GetState(Features(connection));

    /// <summary>Gets what the kernel reports about the connection, if it uses MPTCP. Makes one system call and does not allocate.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="info">When this method returns <see langword="true"/>, the state of the connection at this moment.</param>
    /// <returns>
    /// <see langword="true"/> if the connection uses MPTCP and the kernel can report it; otherwise, <see langword="false"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static bool TryGetMptcpInfo(this ConnectionContext connection, out MptcpInfo info) => ConnectionSocket.TryGetInfo(Features(connection), out info);

    /// <summary>Gets what the kernel reports about the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The state of the connection at this moment.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// The connection uses TCP, fell back to TCP or has no socket, or the kernel cannot report it. The message says which.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpInfo GetMptcpInfo(this ConnectionContext connection) => ConnectionSocket.GetInfo(Features(connection));

    /// <summary>Gets the subflows of the connection, in the order in which they were established.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>All subflows.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="NotSupportedException">
    /// The connection uses TCP, fell back to TCP or has no socket, or the kernel cannot report it. The message says which.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpSubflow[] GetMptcpSubflows(this ConnectionContext connection) => ConnectionSocket.GetSubflows(Features(connection));

    /// <summary>
    /// Explains why the connection uses MPTCP or TCP. See <see cref="MptcpSocketExtensions.ExplainMptcp(System.Net.Sockets.Socket)"/>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <returns>
    /// The reason, for programs and for people. If there is no TCP socket, <see cref="MptcpReason.NotRequested"/> and the kind of
    /// connection.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public static MptcpExplanation ExplainMptcp(this ConnectionContext connection) => ConnectionSocket.Explain(Features(connection));

    static IFeatureCollection Features(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Features;
    }
}
