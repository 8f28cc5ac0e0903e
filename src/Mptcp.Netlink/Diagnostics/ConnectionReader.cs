using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>Has inet_diag list connections, and finds the subflows of each among all TCP sockets: the kernel cannot pick them out.</summary>
sealed class ConnectionReader : IDisposable
{
    const uint AllStates = (1u << (TCP_NEW_SYN_RECV + 1)) - 1;

    // Only what is a socket of its own is a subflow.
    const uint SubflowStates = AllStates & ~((1u << TCP_LISTEN) | (1u << TCP_TIME_WAIT) | (1u << TCP_SYN_RECV) | (1u << TCP_NEW_SYN_RECV));

    readonly NetlinkSocket _socket;

    ConnectionReader(NetlinkSocket socket) => _socket = socket;

    /// <exception cref="MptcpNotSupportedException">This is not Linux.</exception>
    internal static ConnectionReader Open() => OperatingSystem.IsLinux()
        ? new ConnectionReader(NetlinkSocket.Open(NETLINK_SOCK_DIAG))
        : throw new Refusal(MptcpUnavailableReason.NotLinux).ToException();

    internal List<MptcpConnection> List(MptcpConnectionFilter filter, CancellationToken cancellationToken = default)
    {
        var connections = new List<MptcpConnection>();
        var byToken = new Dictionary<uint, MptcpConnection>();
        uint states = filter.States?.Aggregate(0u, (mask, state) => mask | TcpStates.ToKernelMask(state)) ?? AllStates & ~(1u << TCP_LISTEN);
        if (filter.AddressFamily is null or AddressFamily.InterNetwork)
            List(AF_INET);

        if (filter.AddressFamily is null or AddressFamily.InterNetworkV6)
            List(AF_INET6);

        if (filter.IncludeSubflows)
            FindSubflows(byToken, cancellationToken);

        return connections;

        void List(int family) => Dump(
            family,
            DiagRequest.List(stackalloc byte[NetlinkMessageWriter.Enough], family, IPPROTO_MPTCP, states, filter.LocalPort, filter.RemotePort),
            message =>
            {
                cancellationToken.ThrowIfCancellationRequested();

                // While others come and go, the kernel may tell of one twice.
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

        // Whether no connection has the token or this kernel has no such list, the kernel says with the same error.
        const uint none = 0;
        Dump(AF_INET, DiagRequest.List(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET, IPPROTO_MPTCP, none), _ => { });
        return null;
    }

    /// <summary>One connection without its subflows. Null where there is none, or this kernel has no such list.</summary>
    internal MptcpConnection? TryAsk(uint token)
    {
        MptcpConnection? connection = null;
        try
        {
            _socket.Request(
                DiagRequest.One(stackalloc byte[NetlinkMessageWriter.Enough], token),
                $"tell about connection {token:x8}",
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

        // Where the kernel tells of subflows, one that has none is known to have none.
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

                var subflows = (List<MptcpConnectionSubflow>)(connection.Subflows ??= new List<MptcpConnectionSubflow>(capacity: 1)); // most have one
                subflows.Add(subflow);
            });
    }

    /// <exception cref="MptcpNotSupportedException">This kernel cannot list MPTCP connections.</exception>
    void Dump(int family, NetlinkMessageWriter request, NetlinkVisitor visit)
    {
        try
        {
            // The kernel never says of sockets that something has changed meanwhile, so that it begins once: inet_diag_dump in net/ipv4/inet_diag.c.
            _socket.Dump(request, "list the MPTCP connections", begin: () => { }, visit);
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == ENOENT)
        {
            // Without IPv6, there is nothing to list of it.
            if (family == AF_INET)
            {
                throw new MptcpNotSupportedException(
                    MptcpUnavailableReason.NotCompiled,
                    $"This kernel ({Sockets.Interop.Kernel.Version}) cannot list MPTCP connections: run one with CONFIG_MPTCP=y and CONFIG_INET_MPTCP_DIAG, "
                    + "whose module mptcp_diag must be there to be loaded.");
            }
        }
    }
}
