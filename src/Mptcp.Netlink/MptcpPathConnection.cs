using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Policies;

namespace Mptcp.Netlink;

/// <summary>A connection whose paths an <see cref="MptcpPathPolicy"/> controls. The type is thread-safe.</summary>
public sealed class MptcpPathConnection
{
    readonly Lock _lock = new();
    readonly PathKernel _kernel;
    readonly Dictionary<IPAddress, byte> _addressIds = [];
    Dictionary<byte, IPEndPoint> _announced = [];

    internal MptcpPathConnection(PathKernel kernel, uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint) =>
        (_kernel, Token, LocalEndPoint, RemoteEndPoint) = (kernel, token, localEndPoint, remoteEndPoint);

    /// <summary>Gets the token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</summary>
    public uint Token { get; }

    /// <summary>Gets the local address and port with which the connection began.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Gets the peer's address and port with which the connection began.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>
    /// Gets whether this host accepted the connection. If the connection is older than the policy, its subflows show it. If the first
    /// subflow is gone, the others may not be conclusive: the connection counts as accepted if all subflows that this host opened lead to
    /// ports that the peer announced.
    /// </summary>
    public bool IsServerSide { get; internal set; }

    /// <summary>
    /// Gets whether the peer forbids further subflows to <see cref="RemoteEndPoint"/>, as servers behind some load balancers do. Then use
    /// <see cref="AnnouncedEndPoints"/>. Also <see langword="false"/> if the connection is older than the policy, or if its event was lost.
    /// </summary>
    public bool IsInitialAddressDenied { get; internal set; }

    /// <summary>
    /// Gets whether the kernel refused to let a program control the paths of the connection, because its socket was created before
    /// <c>net.mptcp.pm_type=1</c> was set. It is <see langword="false"/> until a change of the paths was tried.
    /// </summary>
    public bool IsKernelManaged { get; private set; }

    /// <summary>
    /// Gets the addresses that the peer announced and did not withdraw, by address id, as far as the policy received the events.
    /// </summary>
    public IReadOnlyDictionary<byte, IPEndPoint> AnnouncedEndPoints
    {
        get
        {
            lock (_lock)
                return _announced;
        }
    }

    /// <summary>Gets or sets an object of the policy. It lives as long as the connection.</summary>
    public object? Tag { get; set; }

    /// <summary>
    /// Gets what the kernel reports about the connection now, with its subflows; <see langword="null"/> if the connection is gone.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpConnection? Find() => _kernel.Find(Token);

    /// <summary>
    /// Begins to open a further subflow. <see cref="MptcpPathPolicy.OnSubflowEstablishedAsync"/> reports whether it succeeds.
    /// </summary>
    /// <param name="localAddress">The local address.</param>
    /// <param name="remoteEndPoint">The remote address and port, or <see langword="null"/> for <see cref="RemoteEndPoint"/>.</param>
    /// <param name="interfaceIndex">The index of the network interface to which the subflow is bound. The default is 0: none.</param>
    /// <param name="isBackup"><see langword="true"/> if the subflow should carry data only if no other subflow works.</param>
    /// <returns>The id of the local address for both ends. An address keeps the id that it already has.</returns>
    /// <inheritdoc cref="MptcpUserspacePathManager.CreateSubflow" path="/exception"/>
    public byte CreateSubflow(IPAddress localAddress, IPEndPoint? remoteEndPoint = null, int interfaceIndex = 0, bool isBackup = false)
    {
        EndpointRules.CheckAddress(localAddress);
        return WithAddressId(
            localAddress,
            id => _kernel.Manager.CreateSubflow(Token, id, localAddress, remoteEndPoint ?? RemoteEndPoint, interfaceIndex, isBackup));
    }

    /// <inheritdoc cref="MptcpUserspacePathManager.DestroySubflow"/>
    public void DestroySubflow(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint) =>
        Do(() => _kernel.Manager.DestroySubflow(Token, localEndPoint, remoteEndPoint));

    /// <inheritdoc cref="MptcpUserspacePathManager.SetBackup"/>
    public void SetBackup(IPEndPoint localEndPoint, IPEndPoint remoteEndPoint, bool isBackup) =>
        Do(() => _kernel.Manager.SetBackup(Token, localEndPoint, remoteEndPoint, isBackup));

    /// <summary>Announces an address of this host to the peer (ADD_ADDR), which may then open a subflow to it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port, on which a program must listen. The default is 0: the port of the connection.</param>
    /// <param name="interfaceIndex">
    /// The index of the network interface to which the subflows of the address are bound. The default is 0: none.
    /// </param>
    /// <returns>The id of the address for both ends. An address keeps the id that it already has.</returns>
    /// <inheritdoc cref="MptcpUserspacePathManager.Announce" path="/exception"/>
    public byte Announce(IPAddress address, int port = 0, int interfaceIndex = 0)
    {
        EndpointRules.CheckAddress(address);
        return WithAddressId(address, id => _kernel.Manager.Announce(Token, id, address, port, interfaceIndex));
    }

    /// <summary>Withdraws an address (REMOVE_ADDR). The peer then closes the subflows of that address.</summary>
    /// <param name="addressId">
    /// The id that <see cref="Announce"/> or <see cref="CreateSubflow"/> returned; 0 is the address with which the connection began.
    /// </param>
    /// <inheritdoc cref="MptcpUserspacePathManager.Withdraw" path="/exception"/>
    public void Withdraw(byte addressId) => Do(() => _kernel.Manager.Withdraw(Token, addressId));

    /// <summary>For how long the kernel keeps the connection without any path, as it was set when the policy started.</summary>
    internal TimeSpan CloseTimeout => _kernel.CloseTimeout;

    /// <summary>Returns whether the connection still exists. Costs next to nothing.</summary>
    internal bool IsEstablished() => _kernel.IsEstablished(Token);

    /// <summary>Returns the token and the end points.</summary>
    public override string ToString() => $"{Token:x8} {LocalEndPoint} - {RemoteEndPoint}";

    /// <summary>Stores the id of an address.</summary>
    internal void Learn(IPEndPoint localEndPoint, byte addressId)
    {
        lock (_lock)
        {
            if (addressId != 0)
                _addressIds[localEndPoint.Address] = addressId;
        }
    }

    /// <param name="addressId">The peer's id of the address.</param>
    /// <param name="endPoint">The address and port; null if the peer withdrew it.</param>
    internal void Announced(byte addressId, IPEndPoint? endPoint)
    {
        lock (_lock)
        {
            // Replaced, not changed: a caller may enumerate the previous one.
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

    /// <summary>Runs an action with the id of an address. If the id is new, the address keeps it only if the action succeeds.</summary>
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

        throw new SocketException((int)SocketError.AddressNotAvailable, $"Connection {Token:x8} has used all 255 address ids.");
    }
}
