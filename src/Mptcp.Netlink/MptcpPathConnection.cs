using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Policies;

namespace Mptcp.Netlink;

/// <summary>A connection whose paths a <see cref="MptcpPathPolicy"/> decides on: what is known of it, and what can be done. Can be used from several threads at once.</summary>
public sealed class MptcpPathConnection
{
    readonly Lock _lock = new();
    readonly PathKernel _kernel;
    readonly Dictionary<IPAddress, byte> _addressIds = [];
    Dictionary<byte, IPEndPoint> _announced = [];

    internal MptcpPathConnection(PathKernel kernel, uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint) =>
        (_kernel, Token, LocalEndPoint, RemoteEndPoint) = (kernel, token, localEndPoint, remoteEndPoint);

    /// <summary>By which the kernel knows it: <see cref="Sockets.MptcpInfo.Token"/> on this host.</summary>
    public uint Token { get; }

    /// <summary>Where it began here.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where it began at the peer.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>
    /// Whether this host has accepted it. Of a connection that was there before the policy, its subflows tell; where the first has gone, those that are left may leave it open: where
    /// all that this host has opened lead to ports that the peer has announced, it counts as accepted.
    /// </summary>
    public bool IsServerSide { get; internal set; }

    /// <summary>
    /// Whether the peer wants no further subflows to <see cref="RemoteEndPoint"/>, as behind some load balancers: then there are those of <see
    /// cref="AnnouncedEndPoints"/>. False also for a connection that was there before the policy, or whose event was lost, since nothing else tells.
    /// </summary>
    public bool IsInitialAddressDenied { get; internal set; }

    /// <summary>
    /// Whether the kernel has refused to let a program decide on the paths of the connection: its socket was made before the network namespace was set to <c>net.mptcp.pm_type=1</c>. Known only once
    /// something was tried.
    /// </summary>
    public bool IsKernelManaged { get; private set; }

    /// <summary>What the peer has announced and not taken back, by its address id, since the policy has known the connection, as far as no events were lost.</summary>
    public IReadOnlyDictionary<byte, IPEndPoint> AnnouncedEndPoints
    {
        get
        {
            lock (_lock)
                return _announced;
        }
    }

    /// <summary>For the policy to keep what it likes. It goes with the connection.</summary>
    public object? Tag { get; set; }

    /// <summary>What the kernel tells about it now, with its subflows; null if it has gone.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpConnection? Find() => _kernel.Find(Token);

    /// <summary>Begins to open a further subflow; whether it comes to be, <see cref="MptcpPathPolicy.OnSubflowEstablishedAsync"/> tells.</summary>
    /// <param name="localAddress">From where.</param>
    /// <param name="remoteEndPoint">Where to; null for <see cref="RemoteEndPoint"/>.</param>
    /// <param name="interfaceIndex">The number of the network interface that it is bound to. Default 0: none.</param>
    /// <param name="isBackup">Whether it is used only when no other subflow is left.</param>
    /// <returns>The id by which both ends call the local address: the same as before where it has one already.</returns>
    /// <inheritdoc cref="MptcpUserspacePathManager.CreateSubflow" path="/exception"/>
    public byte CreateSubflow(IPAddress localAddress, IPEndPoint? remoteEndPoint = null, int interfaceIndex = 0, bool isBackup = false)
    {
        EndpointRules.CheckAddress(localAddress);
        return WithAddressId(localAddress, id => _kernel.Manager.CreateSubflow(Token, id, localAddress, remoteEndPoint ?? RemoteEndPoint, interfaceIndex, isBackup));
    }

    /// <inheritdoc cref="MptcpUserspacePathManager.DestroySubflow"/>
    public void DestroySubflow(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint) => Do(() => _kernel.Manager.DestroySubflow(Token, localEndPoint, remoteEndPoint));

    /// <inheritdoc cref="MptcpUserspacePathManager.SetBackup"/>
    public void SetBackup(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, bool isBackup) =>
        Do(() => _kernel.Manager.SetBackup(Token, localEndPoint, remoteEndPoint, isBackup));

    /// <summary>Announces an address of this host to the peer (ADD_ADDR), which may then open a subflow to it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port; something must listen there. Default 0: that of the connection.</param>
    /// <param name="interfaceIndex">The number of the network interface that its subflows are bound to. Default 0: none.</param>
    /// <returns>The id by which both ends call the address: the same as before where it has one already.</returns>
    /// <inheritdoc cref="MptcpUserspacePathManager.Announce" path="/exception"/>
    public byte Announce(IPAddress address, int port = 0, int interfaceIndex = 0)
    {
        EndpointRules.CheckAddress(address);
        return WithAddressId(address, id => _kernel.Manager.Announce(Token, id, address, port, interfaceIndex));
    }

    /// <summary>Tells the peer that an address is gone (REMOVE_ADDR), whereupon it closes the subflows of that address.</summary>
    /// <param name="addressId">As <see cref="Announce"/> or <see cref="CreateSubflow"/> has returned it; 0 is the address that the connection began with.</param>
    /// <inheritdoc cref="MptcpUserspacePathManager.Withdraw" path="/exception"/>
    public void Withdraw(byte addressId) => Do(() => _kernel.Manager.Withdraw(Token, addressId));

    /// <summary>Whether it still is, which costs next to nothing to ask.</summary>
    internal bool IsEstablished() => _kernel.IsEstablished(Token);

    /// <summary>Its token and where it began.</summary>
    public override string ToString() => $"{Token:x8} {LocalEndPoint} - {RemoteEndPoint}";

    /// <summary>Learns which address has which id.</summary>
    internal void Learn(IPEndPoint localEndPoint, byte addressId)
    {
        lock (_lock)
        {
            if (addressId != 0)
                _addressIds[localEndPoint.Address] = addressId;
        }
    }

    /// <param name="addressId">The peer's.</param>
    /// <param name="endPoint">Null for one that is taken back.</param>
    internal void Announced(byte addressId, IPEndPoint? endPoint)
    {
        lock (_lock)
        {
            // Whoever looks through the one before is not disturbed.
            _announced = new Dictionary<byte, IPEndPoint>(_announced);
            if (endPoint is null)
                _announced.Remove(addressId);
            else
                _announced[addressId] = endPoint;
        }
    }

    void Do(Action action)
    {
        try
        {
            action();
        }
        catch (MptcpNetlinkException e) when (e.KernelMessage?.Contains("userspace PM not selected", StringComparison.Ordinal) == true)
        {
            IsKernelManaged = true;
            throw;
        }
    }

    /// <summary>Does something with the id of an address. An address that gets its first one keeps it only if that succeeds.</summary>
    byte WithAddressId(IPAddress address, Action<byte> action)
    {
        IPAddress normal = EndpointRules.Normalize(address);
        (byte id, bool isNew) = AddressId(normal);
        try
        {
            Do(() => action(id));
            return id;
        }
        catch when (isNew)
        {
            lock (_lock)
                _addressIds.Remove(normal);

            throw;
        }
    }

    (byte Id, bool IsNew) AddressId(IPAddress address)
    {
        lock (_lock)
        {
            if (_addressIds.TryGetValue(address, out byte known))
                return (known, false);

            for (int id = 1; id <= byte.MaxValue; id++)
            {
                if (!_addressIds.ContainsValue((byte)id))
                    return (_addressIds[address] = (byte)id, true);
            }
        }

        throw new SocketException((int)SocketError.AddressNotAvailable, $"Connection {Token:x8} has used all 255 ids of addresses.");
    }
}
