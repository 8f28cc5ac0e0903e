using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Netlink;

/// <summary>
/// Lists the MPTCP connections of a network namespace again and again, over one socket. <see cref="MptcpConnections"/> does it once. Can be used from several threads at once; they wait for each
/// other.
/// </summary>
/// <remarks>The namespace is that of the thread that called <see cref="Open"/>. No privilege is needed; what only the privileged are told is <see langword="null"/> for others.</remarks>
public sealed class MptcpConnectionReader : IDisposable
{
    readonly Lock _lock = new();
    readonly ConnectionReader _reader;

    MptcpConnectionReader(ConnectionReader reader) => _reader = reader;

    /// <summary>Opens a reader.</summary>
    /// <exception cref="MptcpNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static MptcpConnectionReader Open() => new(ConnectionReader.Open());

    /// <summary>Lists connections as they are at about one moment: they may come and go meanwhile.</summary>
    /// <param name="filter">Which connections; <see langword="null"/> for all but sockets that listen. Subflows are listed if the filter includes them.</param>
    /// <exception cref="ArgumentException">The filter has an address family, port or state that does not exist.</exception>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP, or cannot list connections (<c>CONFIG_INET_MPTCP_DIAG</c>).</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public IReadOnlyList<MptcpConnection> List(MptcpConnectionFilter? filter = null) => List(filter, CancellationToken.None);

    /// <summary>Lists connections on another thread: with very many TCP sockets, the kernel takes its time.</summary>
    /// <param name="filter">As of <see cref="List(MptcpConnectionFilter?)"/>.</param>
    /// <param name="cancellationToken">Ends the listing early. The reader can be used again.</param>
    /// <exception cref="OperationCanceledException">The listing was cancelled.</exception>
    /// <inheritdoc cref="List(MptcpConnectionFilter?)" path="/*[not(self::param)]"/>
    public Task<IReadOnlyList<MptcpConnection>> ListAsync(MptcpConnectionFilter? filter = null, CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<MptcpConnection>>(() => List(filter, cancellationToken), cancellationToken);

    /// <summary>Finds one connection; <see langword="null"/> if none has the token.</summary>
    /// <param name="token">The <see cref="MptcpInfo.Token"/> of the connection.</param>
    /// <param name="includeSubflows">
    /// Whether to list its <see cref="MptcpConnection.Subflows"/>, too. Without, this takes the same time however many connections there are; with, the kernel lists all TCP connections of the
    /// network namespace.
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
            throw new ArgumentException($"The address family is InterNetwork or InterNetworkV6, not {family}.", nameof(filter));

        foreach (int port in (ReadOnlySpan<int>)[filter.LocalPort, filter.RemotePort])
        {
            if (port is < 0 or > IPEndPoint.MaxPort)
                throw new ArgumentException($"A port is from 0, for any, to {IPEndPoint.MaxPort}, not {port}.", nameof(filter));
        }

        foreach (TcpState state in filter.States ?? [])
        {
            if (TcpStates.ToKernelMask(state) == 0)
                throw new ArgumentException($"There is no connection in the state {state}.", nameof(filter));
        }
    }
}
