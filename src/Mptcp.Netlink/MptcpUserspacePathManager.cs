using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.PathManager;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink;

/// <summary>
/// Controls the paths of single connections instead of the kernel. It works for connections whose sockets were created while
/// <c>net.mptcp.pm_type=1</c> (or <c>net.mptcp.path_manager=userspace</c>) was set. Needs Linux 5.19.
/// </summary>
/// <remarks>
/// <para>Such a connection uses no endpoints and opens no subflow by itself. It accepts subflows of the peer, without a limit, but only
/// while a program listens to events, such as an <see cref="MptcpEventMonitor"/> or <c>ip mptcp monitor</c>. The kernel takes the listener,
/// in any network namespace of the machine, for an active path manager (<c>mptcp_userspace_pm_active</c>).</para>
/// <para>A connection is identified by its <see cref="MptcpInfo.Token"/> on this host; the peer has another token. All methods need
/// <c>CAP_NET_ADMIN</c>; without it they throw <see cref="MptcpPrivilegeException"/>. If the token is unknown, or the kernel manages the
/// connection, they throw <see cref="MptcpNetlinkException"/>. They act in the network namespace of the thread that called
/// <see cref="Open"/>. The type is thread-safe.</para>
/// </remarks>
public sealed class MptcpUserspacePathManager : IDisposable
{
    readonly Lock _lock = new();
    readonly PathManagerSocket _socket;

    MptcpUserspacePathManager(PathManagerSocket socket) => _socket = socket;

    /// <summary>Opens the path manager of the calling thread's network namespace.</summary>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP.</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
    public static MptcpUserspacePathManager Open() => new(PathManagerSocket.Open());

    /// <summary>Announces an address of this host to the peer (ADD_ADDR), which may then open a subflow to it.</summary>
    /// <param name="token">The token of the connection.</param>
    /// <param name="addressId">The id of the address for both ends, from 1 to 255.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port, on which a program must listen. The default is 0: the port of the connection.</param>
    /// <param name="interfaceIndex">
    /// The index of the network interface to which the subflows of the address are bound. The default is 0: none.
    /// </param>
    /// <exception cref="ArgumentException">The id is 0, or the address, port or interface is invalid.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public void Announce(uint token, byte addressId, IPAddress address, int port = 0, int interfaceIndex = 0)
    {
        EndpointRules.CheckId(addressId);
        EndpointRules.CheckToAdd(
            new MptcpEndpoint(address, MptcpEndpointFlags.Signal) { Port = port, InterfaceIndex = interfaceIndex }, nameof(address));
        address = EndpointRules.Normalize(address);
        Send(
            MPTCP_PM_CMD_ANNOUNCE, token, $"announce {address} for connection {token:x8}",
            (ref writer) => AddressWriter.Write(
                ref writer, MPTCP_PM_ATTR_ADDR, address, port, addressId, MptcpEndpointFlags.Signal, interfaceIndex));
    }

    /// <summary>Withdraws an address (REMOVE_ADDR). The peer then closes the subflows of that address.</summary>
    /// <remarks>
    /// The kernel sends the message once, and does not report whether it arrived. It holds one message about addresses at a time: if
    /// another one is waiting, such as the answer to an announcement of the peer, the kernel drops this one and counts the loss
    /// (<c>RmAddrTxDrop</c>).
    /// To close a subflow reliably, use <see cref="DestroySubflow"/>.
    /// </remarks>
    /// <param name="token">The token of the connection.</param>
    /// <param name="addressId">
    /// The id of the announced address, or of the local address of a subflow. 0 is the address with which the connection began.
    /// </param>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: the connection has no such address.</exception>
    public void Withdraw(uint token, byte addressId) => Send(
        MPTCP_PM_CMD_REMOVE, token, $"withdraw address {addressId} of connection {token:x8}",
        (ref writer) => writer.Byte(MPTCP_PM_ATTR_LOC_ID, addressId));

    /// <summary>Begins to open a further subflow. Events report whether it succeeds.</summary>
    /// <example>
    /// <code>
    /// var server = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 443);
    /// manager.CreateSubflow(token, addressId: 1, IPAddress.Parse("192.0.2.7"), server);
    /// </code>
    /// </example>
    /// <param name="token">The token of the connection.</param>
    /// <param name="addressId">The address id, from 1 to 255, by which both hosts identify the local address.</param>
    /// <param name="localAddress">The local address.</param>
    /// <param name="remoteEndPoint">The remote address and port.</param>
    /// <param name="interfaceIndex">
    /// The index of the network interface to which the subflow is bound. The default is 0: none. Older kernels, such as Linux 6.1, ignore
    /// it. There, an address uses its own interface only with a rule of the routing policy (<c>ip rule add from ADDRESS</c>).
    /// </param>
    /// <param name="isBackup">
    /// <see langword="true"/> if the subflow should carry data only if no other subflow works. Older kernels, such as Linux 6.1, ignore it:
    /// check <see cref="MptcpSubflowEvent.IsBackup"/> of the event, and use <see cref="SetBackup"/>.
    /// </param>
    /// <exception cref="ArgumentException">The id is 0, or an address, the port or the interface is invalid.</exception>
    /// <exception cref="MptcpNetlinkException">
    /// The kernel refuses, for example because no interface has the local address (<c>EADDRNOTAVAIL</c>).
    /// </exception>
    public void CreateSubflow(
        uint token, byte addressId, IPAddress localAddress, IPEndPoint remoteEndPoint, int interfaceIndex = 0, bool isBackup = false)
    {
        EndpointRules.CheckId(addressId);
        EndpointRules.CheckAddress(localAddress);
        CheckEndPoint(remoteEndPoint, nameof(remoteEndPoint));
        EndpointRules.CheckFamilies(localAddress, remoteEndPoint.Address);
        EndpointRules.CheckInterface(interfaceIndex, nameof(interfaceIndex));
        IPAddress local = EndpointRules.Normalize(localAddress), remote = EndpointRules.Normalize(remoteEndPoint.Address);
        MptcpEndpointFlags flags = MptcpEndpointFlags.Subflow | (isBackup ? MptcpEndpointFlags.Backup : 0);
        Send(
            MPTCP_PM_CMD_SUBFLOW_CREATE, token, $"open a subflow from {local} to {remoteEndPoint} for connection {token:x8}",
            (ref writer) =>
            {
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR, local, 0, addressId, flags, interfaceIndex);
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR_REMOTE, remote, remoteEndPoint.Port);
            });
    }

    /// <summary>Closes a subflow, which may be the first one. The connection continues as long as it has another.</summary>
    /// <param name="token">The token of the connection.</param>
    /// <param name="localEndPoint">The local address and port of the subflow.</param>
    /// <param name="remoteEndPoint">The peer's address and port of the subflow.</param>
    /// <exception cref="ArgumentException">An address or port is invalid.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: the subflow does not exist (<c>ESRCH</c>).</exception>
    public void DestroySubflow(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
    {
        CheckEndPoints(localEndPoint, remoteEndPoint);
        string purpose = $"close the subflow from {localEndPoint} to {remoteEndPoint} of connection {token:x8}";
        IPAddress local = EndpointRules.Normalize(localEndPoint.Address), remote = EndpointRules.Normalize(remoteEndPoint.Address);
        try
        {
            Destroy(local, remote);
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == ESRCH && local.AddressFamily == AddressFamily.InterNetwork)
        {
            // The first subflow of a dual-mode socket, which the kernel identifies by IPv6 addresses.
            Destroy(local.MapToIPv6(), remote.MapToIPv6());
        }

        void Destroy(IPAddress from, IPAddress to) => Send(
            MPTCP_PM_CMD_SUBFLOW_DESTROY, token, purpose,
            (ref writer) =>
            {
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR, from, localEndPoint.Port);
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR_REMOTE, to, remoteEndPoint.Port);
            });
    }

    /// <summary>Makes a subflow a backup, or a regular one, and tells the peer (MP_PRIO).</summary>
    /// <param name="token">The token of the connection.</param>
    /// <param name="localEndPoint">The local address and port of the subflow.</param>
    /// <param name="remoteEndPoint">The peer's address and port of the subflow.</param>
    /// <param name="isBackup">
    /// <see langword="true"/> to make it a backup, which carries data only if no other subflow works; <see langword="false"/> to make it a
    /// regular subflow.
    /// </param>
    /// <exception cref="ArgumentException">An address or port is invalid.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: the subflow does not exist.</exception>
    public void SetBackup(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, bool isBackup)
    {
        CheckEndPoints(localEndPoint, remoteEndPoint);
        IPAddress local = EndpointRules.Normalize(localEndPoint.Address), remote = EndpointRules.Normalize(remoteEndPoint.Address);
        Send(
            MPTCP_PM_CMD_SET_FLAGS, token,
            $"make the subflow from {localEndPoint} to {remoteEndPoint} of connection {token:x8} "
            + (isBackup ? "a backup" : "a regular one"),
            (ref writer) =>
            {
                AddressWriter.Write(
                    ref writer, MPTCP_PM_ATTR_ADDR, local, localEndPoint.Port,
                    flags: isBackup ? MptcpEndpointFlags.Backup : MptcpEndpointFlags.None);
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR_REMOTE, remote, remoteEndPoint.Port);
            });
    }

    /// <summary>Closes the connection to the path manager. MPTCP connections do not change.</summary>
    public void Dispose() => _socket.Dispose();

    void Send(byte command, uint token, string purpose, Arguments write)
    {
        NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], command);
        request.UInt32(MPTCP_PM_ATTR_TOKEN, token);
        write(ref request);
        lock (_lock)
            _socket.Netlink.Request(request, purpose);
    }

    static void CheckEndPoints(IPEndPoint local, IPEndPoint remote)
    {
        CheckEndPoint(local, nameof(local) + "EndPoint");
        CheckEndPoint(remote, nameof(remote) + "EndPoint");
        EndpointRules.CheckFamilies(local.Address, remote.Address);
    }

    static void CheckEndPoint(IPEndPoint endPoint, string name)
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        EndpointRules.CheckAddress(endPoint.Address, name);
        EndpointRules.CheckPort(endPoint.Port, name);
    }

    delegate void Arguments(ref NetlinkMessageWriter writer);
}
