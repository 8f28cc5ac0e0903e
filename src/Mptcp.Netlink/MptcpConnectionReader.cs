using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Netlink;

/// <summary>
/// Lists the MPTCP connections of a network namespace repeatedly, over one socket. <see cref="MptcpConnections"/> does it once. The type is
/// thread-safe; concurrent calls wait for each other.
/// </summary>
/// <remarks>
/// The namespace is that of the thread that called <see cref="Open"/>. No privilege is needed. Values that the kernel reports only to
/// privileged processes are <see langword="null"/> for others.
/// </remarks>
public sealed class MptcpConnectionReader : IDisposable
{
    readonly Lock _lock = new();
    readonly ConnectionReader _reader;

    MptcpConnectionReader(ConnectionReader reader) => _reader = reader;

    /// <summary>Opens a reader.</summary>
    /// <example>
    /// <code>
    /// using MptcpConnectionReader reader = MptcpConnectionReader.Open();
    /// var established = new MptcpConnectionFilter { States = [TcpState.Established], IncludeSubflows = true };
    /// foreach (MptcpConnection connection in reader.List(established))
    ///     Console.WriteLine($"{connection.Token:x8} {connection.Subflows?.Count}");
    /// </code>
    /// </example>
    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
    public static MptcpConnectionReader Open() => new(ConnectionReader.Open());

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
    public IReadOnlyList<MptcpConnection> List(MptcpConnectionFilter? filter = null) => List(filter, CancellationToken.None);

    /// <summary>Lists connections on another thread. With very many TCP sockets, the kernel needs some time.</summary>
    /// <param name="filter">The filter, as for <see cref="List(MptcpConnectionFilter?)"/>.</param>
    /// <param name="cancellationToken">Cancels the listing. The reader can be used again.</param>
    /// <exception cref="OperationCanceledException">The listing was cancelled.</exception>
    /// <inheritdoc cref="List(MptcpConnectionFilter?)" path="/*[not(self::param)]"/>
    public Task<IReadOnlyList<MptcpConnection>> ListAsync(
        MptcpConnectionFilter? filter = null, CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<MptcpConnection>>(() => List(filter, cancellationToken), cancellationToken);

    /// <summary>Finds a connection by its token; returns <see langword="null"/> if no connection has it.</summary>
    /// <param name="token">The <see cref="MptcpInfo.Token"/> of the connection.</param>
    /// <param name="includeSubflows">
    /// <see langword="true"/> to list <see cref="MptcpConnection.Subflows"/>, too: the kernel then lists all TCP connections of the network
    /// namespace. With <see langword="false"/>, the time does not depend on the number of connections.
    /// </param>
    /// <inheritdoc cref="List(MptcpConnectionFilter?)"/>
    public MptcpConnection? Find(uint token, bool includeSubflows = true)
    {
        lock (_lock)
            return _reader.Find(token, includeSubflows);
    }

    /// <summary>Closes the reader.</summary>
    public void Dispose() => _reader.Dispose();

    List<MptcpConnection> List(MptcpConnectionFilter? filter, CancellationToken cancellationToken)
    {
        filter ??= new MptcpConnectionFilter();
        Check(filter);
        lock (_lock)
            return _reader.List(filter, cancellationToken);
    }

    static void Check(MptcpConnectionFilter filter)
    {
        if (filter.AddressFamily is { } family && family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw new ArgumentException($"The address family must be InterNetwork or InterNetworkV6, not {family}.", nameof(filter));

        foreach (int port in (ReadOnlySpan<int>)[filter.LocalPort, filter.RemotePort])
        {
            if (port is < 0 or > IPEndPoint.MaxPort)
                throw new ArgumentException($"The port must be from 0, for any port, to {IPEndPoint.MaxPort}, not {port}.", nameof(filter));
        }

        foreach (TcpState state in filter.States ?? [])
        {
            if (TcpStates.ToKernelMask(state) == 0)
                throw new ArgumentException($"The state {state} is not valid for a connection.", nameof(filter));
        }
    }
}
