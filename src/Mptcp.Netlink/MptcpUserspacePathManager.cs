using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.PathManager;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink;

/// <summary>
/// Decides on the paths of single connections in place of the kernel: those of sockets made while the network namespace has <c>net.mptcp.pm_type=1</c> (or
/// <c>net.mptcp.path_manager=userspace</c>). Linux 5.19.
/// </summary>
/// <remarks>
/// <para>Such a connection uses no endpoints and opens no subflow by itself. Those that the peer opens it accepts, without a limit, only while somebody listens to
/// events, such as a <see cref="MptcpEventMonitor"/> or <c>ip mptcp monitor</c>: the kernel takes that for a path manager that is at work, in whatever network namespace
/// of the machine it is (<c>mptcp_userspace_pm_active</c>; netlink counts listeners of all namespaces together).</para>
/// <para>Its token is <see cref="MptcpInfo.Token"/> on this host; each end has one of its own. Everything here needs <c>CAP_NET_ADMIN</c>, and is a <see
/// cref="MptcpPrivilegeException"/> without. An unknown token, or one of a connection that the kernel manages, is a <see cref="MptcpNetlinkException"/>. It acts in the
/// network namespace of the thread that called <see cref="Open"/>. Can be used from several threads at once.</para>
/// </remarks>
public sealed class MptcpUserspacePathManager : IDisposable
{
    readonly Lock _lock = new();
    readonly PathManagerSocket _socket;

    MptcpUserspacePathManager(PathManagerSocket socket) => _socket = socket;

    /// <summary>Opens a way to the kernel.</summary>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static MptcpUserspacePathManager Open() => new(PathManagerSocket.Open());

    /// <summary>Announces an address of this host to the peer (ADD_ADDR), which may then open a subflow to it.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="addressId">1 to 255, by which both ends call the address from now on.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port; something must listen there. Default 0: that of the connection.</param>
    /// <param name="interfaceIndex">The number of the network interface that its subflows are bound to. Default 0: none.</param>
    /// <exception cref="ArgumentException">The id is 0, or the address, port or interface is none.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public void Announce(uint token, byte addressId, IPAddress address, int port = 0, int interfaceIndex = 0)
    {
        EndpointRules.CheckId(addressId);
        EndpointRules.CheckToAdd(new MptcpEndpoint(address, MptcpEndpointFlags.Signal) { Port = port, InterfaceIndex = interfaceIndex }, nameof(address));
        address = EndpointRules.Normalize(address);
        Send(
            MPTCP_PM_CMD_ANNOUNCE, token, $"announce {address} for connection {token:x8}",
            (ref writer) => AddressWriter.Write(
                ref writer, MPTCP_PM_ATTR_ADDR, address, port, addressId, MptcpEndpointFlags.Signal, interfaceIndex));
    }

    /// <summary>Tells the peer that an address is gone (REMOVE_ADDR), whereupon it closes the subflows of that address.</summary>
    /// <remarks>
    /// It is told once, and nobody says whether it has arrived. The kernel keeps one such message at a time: while it has yet to send another about addresses, such as
    /// the answer to an announcement of the peer's, it drops this one, and only counts it (<c>RmAddrTxDrop</c>). To close a subflow for sure, use <see
    /// cref="DestroySubflow"/>.
    /// </remarks>
    /// <param name="token">The connection.</param>
    /// <param name="addressId">As announced, or as a subflow was opened from. 0 is the address that the connection began with.</param>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: the connection has no such address.</exception>
    public void Withdraw(uint token, byte addressId) => Send(
        MPTCP_PM_CMD_REMOVE, token, $"withdraw address {addressId} of connection {token:x8}",
        (ref writer) => writer.Byte(MPTCP_PM_ATTR_LOC_ID, addressId));

    /// <summary>Begins to open a further subflow; whether it comes to be, events tell.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="addressId">1 to 255, by which both ends call the local address from now on.</param>
    /// <param name="localAddress">From where.</param>
    /// <param name="remoteEndPoint">Where to.</param>
    /// <param name="interfaceIndex">
    /// The number of the network interface that it is bound to. Default 0: none. Older kernels, such as Linux 6.1, ignore it, and routes decide: there, an address
    /// that is to use its own interface needs a rule in the routing policy (<c>ip rule add from ADDRESS</c>).
    /// </param>
    /// <param name="isBackup">
    /// Whether it is used only when no other subflow is left. Older kernels, such as Linux 6.1, ignore it: see <see cref="MptcpSubflowEvent.IsBackup"/> of the event,
    /// and use <see cref="SetBackup"/>.
    /// </param>
    /// <exception cref="ArgumentException">The id is 0, or an address, the port or the interface is none.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses, such as where no interface has the local address (<c>EADDRNOTAVAIL</c>).</exception>
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

    /// <summary>Closes a subflow, which may be the first. The connection lives on as long as it has one.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="localEndPoint">The subflow's end here.</param>
    /// <param name="remoteEndPoint">Its other end.</param>
    /// <exception cref="ArgumentException">An address or port is none.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: there is no such subflow (<c>ESRCH</c>).</exception>
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
            // The first subflow of a dual-mode socket, which the kernel knows by IPv6 addresses.
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
    /// <param name="token">The connection.</param>
    /// <param name="localEndPoint">The subflow's end here.</param>
    /// <param name="remoteEndPoint">Its other end.</param>
    /// <param name="isBackup">Whether it is used only when no other subflow is left.</param>
    /// <exception cref="ArgumentException">An address or port is none.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: there is no such subflow.</exception>
    public void SetBackup(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, bool isBackup)
    {
        CheckEndPoints(localEndPoint, remoteEndPoint);
        IPAddress local = EndpointRules.Normalize(localEndPoint.Address), remote = EndpointRules.Normalize(remoteEndPoint.Address);
        Send(
            MPTCP_PM_CMD_SET_FLAGS, token, $"make the subflow from {localEndPoint} to {remoteEndPoint} of connection {token:x8} {(isBackup ? "a backup" : "a regular one")}",
            (ref writer) =>
            {
                AddressWriter.Write(
                    ref writer, MPTCP_PM_ATTR_ADDR, local, localEndPoint.Port, flags: isBackup ? MptcpEndpointFlags.Backup : MptcpEndpointFlags.None);
                AddressWriter.Write(ref writer, MPTCP_PM_ATTR_ADDR_REMOTE, remote, remoteEndPoint.Port);
            });
    }

    /// <summary>Closes the way to the kernel. Connections keep what they have.</summary>
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
