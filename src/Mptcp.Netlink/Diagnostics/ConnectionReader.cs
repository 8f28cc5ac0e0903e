using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>
/// Lists connections with inet_diag, and finds their subflows among all TCP sockets, because the kernel cannot select them.
/// </summary>
sealed class ConnectionReader : IDisposable
{
    const uint AllStates = (1u << (TCP_NEW_SYN_RECV + 1)) - 1;

    // A subflow is a full socket, so these states are excluded.
    const uint SubflowStates = AllStates & ~((1u << TCP_LISTEN) | (1u << TCP_TIME_WAIT) | (1u << TCP_SYN_RECV) | (1u << TCP_NEW_SYN_RECV));

    readonly NetlinkSocket _socket;

    ConnectionReader(NetlinkSocket socket) => _socket = socket;

    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    internal static ConnectionReader Open() => OperatingSystem.IsLinux()
        ? new ConnectionReader(NetlinkSocket.Open(NETLINK_SOCK_DIAG))
        : throw new Refusal(MptcpUnavailableReason.NotLinux).ToException();

    internal List<MptcpConnection> List(MptcpConnectionFilter filter, CancellationToken cancellationToken = default)
    {
        var connections = new List<MptcpConnection>();
        var byToken = new Dictionary<uint, MptcpConnection>();
        uint states = filter.States?.Aggregate(0u, (mask, state) => mask | TcpStates.ToKernelMask(state))
            ?? AllStates & ~(1u << TCP_LISTEN);
        if (filter.AddressFamily is null or AddressFamily.InterNetwork)
            List(AF_INET);

        if (filter.AddressFamily is null or AddressFamily.InterNetworkV6)
            List(AF_INET6);

        if (filter.IncludeSubflows)
            FindSubflows(byToken, cancellationToken);

        return connections;

        void List(int family) => Dump(
            family,
            DiagRequest.List(
                stackalloc byte[NetlinkMessageWriter.Enough], family, IPPROTO_MPTCP, states, filter.LocalPort, filter.RemotePort),
            message =>
            {
                cancellationToken.ThrowIfCancellationRequested();

                // While connections come and go, the kernel may report one twice.
                MptcpConnection connection = ConnectionParser.Parse(message, InfoReader.HasEndpointKinds);
                if (connection.Info is null || byToken.TryAdd(connection.Token, connection))
                    connections.Add(connection);
            });
    }

    internal MptcpConnection? Find(uint token, bool includeSubflows)
    {
        if (TryAsk(token) is { } connection)
        {
            if (includeSubflows)
                FindSubflows(new Dictionary<uint, MptcpConnection> { [token] = connection });

            return connection;
        }

        // The kernel returns the same error if no connection has the token and if this kernel has no such list.
        const uint none = 0;
        Dump(AF_INET, DiagRequest.List(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET, IPPROTO_MPTCP, none), _ => { });
        return null;
    }

    /// <summary>Returns one connection without its subflows; null if there is none, or if this kernel has no such list.</summary>
    internal MptcpConnection? TryAsk(uint token)
    {
        MptcpConnection? connection = null;
        try
        {
            _socket.Request(
                DiagRequest.One(stackalloc byte[NetlinkMessageWriter.Enough], token),
                $"report connection {token:x8}",
                message => connection = ConnectionParser.Parse(message, InfoReader.HasEndpointKinds));
            return connection;
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == ENOENT)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    void FindSubflows(Dictionary<uint, MptcpConnection> byToken, CancellationToken cancellationToken = default)
    {
        if (byToken.Count == 0)
            return;

        bool areTold = false;
        List(AF_INET);
        List(AF_INET6);

        // If the kernel reports subflows, a connection without any is known to have none.
        if (areTold)
        {
            foreach (MptcpConnection connection in byToken.Values)
                connection.Subflows ??= [];
        }

        void List(int family) => Dump(
            family,
            DiagRequest.List(stackalloc byte[NetlinkMessageWriter.Enough], family, IPPROTO_TCP, SubflowStates),
            message =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!ConnectionSubflowParser.TryParse(message, out uint token, out MptcpConnectionSubflow subflow))
                    return;

                areTold = true;
                if (!byToken.TryGetValue(token, out MptcpConnection? connection))
                    return;

                connection.Subflows ??= new List<MptcpConnectionSubflow>(capacity: 1); // most connections have one
                ((List<MptcpConnectionSubflow>)connection.Subflows).Add(subflow);
            });
    }

    /// <exception cref="MptcpNotSupportedException">This kernel cannot list MPTCP connections.</exception>
    void Dump(int family, NetlinkMessageWriter request, NetlinkVisitor visit)
    {
        try
        {
            // For sockets, the kernel never reports that the list changed meanwhile, so begin runs once: inet_diag_dump in
            // net/ipv4/inet_diag.c.
            _socket.Dump(request, "list the MPTCP connections", begin: () => { }, visit);
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == ENOENT)
        {
            // Without IPv6, there is nothing to list for it.
            if (family == AF_INET)
            {
                throw new MptcpNotSupportedException(
                    MptcpUnavailableReason.NotCompiled,
                    $"This kernel ({Sockets.Interop.Kernel.Version}) cannot list MPTCP connections: run a kernel with CONFIG_MPTCP=y "
                    + "and CONFIG_INET_MPTCP_DIAG, and make sure that the module mptcp_diag can be loaded.");
            }
        }
    }
}
