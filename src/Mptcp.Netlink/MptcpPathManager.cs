using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink;

/// <summary>
/// Configures the kernel's path manager: the addresses that MPTCP connections of this host use, and the limits of their paths. This is what
/// <c>ip mptcp endpoint</c> and <c>ip mptcp limits</c> do.
/// </summary>
/// <remarks>
/// The path manager is that of the network namespace of the thread that called <see cref="Open"/>. Reading needs no privilege. Changes need
/// <c>CAP_NET_ADMIN</c>; without it they throw <see cref="MptcpPrivilegeException"/>. The type is thread-safe.
/// </remarks>
/// <example>
/// <code>
/// using MptcpPathManager manager = MptcpPathManager.Open();
/// manager.AddEndpoint(IPAddress.Parse("192.0.2.7"), MptcpEndpointFlags.Subflow, "wwan0");
/// </code>
/// </example>
public sealed class MptcpPathManager : IDisposable
{
    /// <summary>The maximum before Linux 7.2 (MPTCP_PM_ADDR_MAX in net/mptcp/protocol.h), and since.</summary>
    internal const int OldMaximum = 8, NewMaximum = 64;

    /// <summary>Since Linux 7.2, only the ids limit the endpoints: from 1 to 255.</summary>
    internal const int MostIds = 255;

    static readonly Version s_newMaximum = new(7, 2);

    readonly Lock _lock = new();
    readonly PathManagerSocket _socket;
    int? _maximum;

    MptcpPathManager(PathManagerSocket socket) => _socket = socket;

    /// <summary>Opens the path manager of the calling thread's network namespace. Needs no privilege.</summary>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP.</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
    public static MptcpPathManager Open() => new(PathManagerSocket.Open());

    /// <summary>Gets all endpoints, including those that the kernel created. Needs no privilege, except on Linux 6.7 to 6.11.</summary>
    /// <exception cref="MptcpPrivilegeException">The kernel is Linux 6.7 to 6.11, and this process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public IReadOnlyList<MptcpEndpoint> GetEndpoints()
    {
        lock (_lock)
            return ReadEndpoints();
    }

    /// <summary>Gets the endpoint with an id; <see langword="null"/> if there is none. Needs no privilege.</summary>
    /// <param name="id">The id, from 1 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpEndpoint? GetEndpoint(byte id)
    {
        EndpointRules.CheckId(id);
        lock (_lock)
            return FindEndpoint(id);
    }

    /// <summary>Adds an endpoint. Existing connections use it at once, as far as the limits allow.</summary>
    /// <param name="endpoint">
    /// The endpoint, with at least an address and flags. The kernel has room for <see cref="GetMaximumEndpoints"/> endpoints. It accepts an address
    /// that no interface has, but no subflow can use it.
    /// </param>
    /// <returns>The endpoint in the kernel, with its id.</returns>
    /// <exception cref="ArgumentException">
    /// No kernel accepts the endpoint: a port without <see cref="MptcpEndpointFlags.Signal"/> or with
    /// <see cref="MptcpEndpointFlags.Subflow"/>, Signal with FullMesh, Implicit, or an interface that does not exist.
    /// </exception>
    /// <exception cref="MptcpNetlinkException">
    /// The kernel refuses: another endpoint has the address (<c>EEXIST</c>) or the id (<c>EBUSY</c>), or there is no room (<c>ERANGE</c>).
    /// Older kernels return <c>EINVAL</c> in all three cases.
    /// </exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">
    /// This kernel silently ignored one of the flags, such as Laminar before Linux 6.18. The endpoint was not added.
    /// </exception>
    public MptcpEndpoint AddEndpoint(MptcpEndpoint endpoint)
    {
        EndpointRules.CheckToAdd(endpoint);
        IPAddress address = EndpointRules.Normalize(endpoint.Address);
        int interfaceIndex = FindInterface(endpoint);
        lock (_lock)
        {
            NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_ADD_ADDR);
            AddressWriter.Write(ref request, MPTCP_PM_ATTR_ADDR, address, endpoint.Port, endpoint.Id, endpoint.Flags, interfaceIndex);
            _socket.Netlink.Request(request, $"add the endpoint {address}");

            // The kernel does not report the id that it has chosen.
            MptcpEndpoint added = ReadEndpoints().FirstOrDefault(e => HasAddress(e, address) && e.Port == endpoint.Port)
                ?? throw MptcpNetlinkException.Create(
                    $"show the endpoint {address} that was added", ENOENT, "another program has removed it");

            if (IgnoredFlags.Find(endpoint.Flags, added.Flags, Kernel.Version) is not { } problem)
                return added;

            Remove(added.Id);
            throw new MptcpNotSupportedException(MptcpUnavailableReason.KernelTooOld, $"Cannot add the endpoint {address}: {problem}");
        }
    }

    /// <summary>Adds an endpoint.</summary>
    /// <param name="address">The address.</param>
    /// <param name="flags">The flags. They say what the kernel does with the address.</param>
    /// <param name="interfaceName">
    /// The name of the network interface to which the subflows of the endpoint are bound, or <see langword="null"/> for none.
    /// </param>
    /// <inheritdoc cref="AddEndpoint(MptcpEndpoint)"/>
    public MptcpEndpoint AddEndpoint(IPAddress address, MptcpEndpointFlags flags, string? interfaceName = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return AddEndpoint(new MptcpEndpoint(address, flags) { InterfaceName = interfaceName });
    }

    /// <summary>Removes an endpoint. The kernel closes the subflows that use it, and tells peers.</summary>
    /// <param name="id">The id, from 1 to 255. The kernel removes endpoints by id only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="MptcpNetlinkException">The endpoint does not exist.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public void RemoveEndpoint(byte id)
    {
        EndpointRules.CheckId(id);
        lock (_lock)
            Remove(id);
    }

    /// <summary>
    /// Removes all endpoints, including those of other programs. The kernel closes the subflows that use them, and tells peers.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public void FlushEndpoints()
    {
        lock (_lock)
        {
            _socket.Netlink.Request(
                _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_FLUSH_ADDRS), "remove all endpoints");
        }
    }

    /// <summary>
    /// Changes the flags of an endpoint, for existing connections, too. The kernel can change <see cref="MptcpEndpointFlags.Backup"/> and
    /// <see cref="MptcpEndpointFlags.FullMesh"/>. To change other flags, remove the endpoint and add another one.
    /// </summary>
    /// <param name="id">The id, from 1 to 255.</param>
    /// <param name="flags">All flags that the endpoint should have, including those that do not change.</param>
    /// <returns>The endpoint in the kernel.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="ArgumentException">A flag other than these two would change, or the flags exclude each other.</exception>
    /// <exception cref="MptcpNetlinkException">The endpoint does not exist.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel silently ignored one of the flags.</exception>
    public MptcpEndpoint SetEndpointFlags(byte id, MptcpEndpointFlags flags)
    {
        const MptcpEndpointFlags changeable = MptcpEndpointFlags.Backup | MptcpEndpointFlags.FullMesh;
        EndpointRules.CheckId(id);
        EndpointRules.CheckFlags(flags & ~MptcpEndpointFlags.Implicit);
        lock (_lock)
        {
            if (FindEndpoint(id) is { } before && (before.Flags ^ flags) is var change && (change & ~changeable) != 0)
            {
                throw new ArgumentException(
                    $"Endpoint {id} is {before.Flags}. The kernel can change only {changeable}, not {change & ~changeable}. "
                    + "Remove the endpoint and add another one.",
                    nameof(flags));
            }

            NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_FLAGS);
            AddressWriter.WriteId(ref request, id, flags);
            _socket.Netlink.Request(request, $"change the flags of endpoint {id} to {flags}");

            MptcpEndpoint after = FindEndpoint(id)
                ?? throw MptcpNetlinkException.Create($"show endpoint {id} that was changed", ENOENT, "another program has removed it");
            return after.Flags == flags
                ? after
                : throw new MptcpNotSupportedException(
                    MptcpUnavailableReason.KernelTooOld,
                    $"Cannot change endpoint {id} to {flags}: this kernel ({Kernel.Version}) leaves it {after.Flags}. "
                    + "Remove the endpoint and add another one.");
        }
    }

    /// <summary>Gets the limits. Needs no privilege.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpLimits GetLimits()
    {
        lock (_lock)
            return ReadLimits();
    }

    /// <summary>
    /// Gets the largest value of both limits: 8, or 64 with Linux 7.2 or later. Asks the kernel, which needs <c>CAP_NET_ADMIN</c>;
    /// otherwise, uses its version.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public int GetMaximum()
    {
        lock (_lock)
            return _maximum ??= AskMaximum();
    }

    /// <summary>
    /// Gets the largest number of endpoints: 8, or 255 with Linux 7.2 or later, where only the ids limit them. Asks the kernel as
    /// <see cref="GetMaximum"/> does.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public int GetMaximumEndpoints() => MaximumEndpoints(GetMaximum());

    internal static int MaximumEndpoints(int maximum) => maximum > OldMaximum ? MostIds : OldMaximum;

    /// <summary>
    /// Sets the limits. This neither closes nor opens a path. The kernel checks the limits when there is a reason for another path, such
    /// as a new endpoint, even of an existing connection. But a connection whose limit was 0 or reached may continue to refuse the
    /// subflows and announcements of its peer.
    /// </summary>
    /// <example><code>manager.SetLimits(new MptcpLimits(ExtraSubflows: 4, AcceptedAddresses: 4));</code></example>
    /// <param name="limits">The limits, each from 0 to <see cref="GetMaximum"/>. A limit that does not change is not sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative.</exception>
    /// <exception cref="MptcpNetlinkException">A limit is greater than the kernel allows.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public void SetLimits(MptcpLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limits.ExtraSubflows, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegative(limits.AcceptedAddresses, nameof(limits));
        lock (_lock)
        {
            // Another program may change one limit while this one changes the other.
            MptcpLimits before = ReadLimits();
            NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_LIMITS);
            if (limits.AcceptedAddresses != before.AcceptedAddresses)
                request.UInt32(MPTCP_PM_ATTR_RCV_ADD_ADDRS, (uint)limits.AcceptedAddresses);

            if (limits.ExtraSubflows != before.ExtraSubflows)
                request.UInt32(MPTCP_PM_ATTR_SUBFLOWS, (uint)limits.ExtraSubflows);

            _socket.Netlink.Request(
                request, $"set limits of {limits.ExtraSubflows} extra subflows and {limits.AcceptedAddresses} accepted addresses");
        }
    }

    /// <summary>Closes the connection to the path manager. Endpoints and limits stay.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Writes the current limits back unchanged. The kernel refuses this exactly when it would refuse to add an endpoint.
    /// </summary>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    internal void CheckPrivilege()
    {
        lock (_lock)
        {
            _socket.Netlink.Request(
                _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_LIMITS), "change endpoints and limits");
        }
    }

    MptcpLimits ReadLimits()
    {
        MptcpLimits? limits = null;
        _socket.Netlink.Request(
            _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_GET_LIMITS),
            "tell the limits",
            message => limits = EndpointParser.ParseLimits(message));
        return limits ?? throw new InvalidDataException("The kernel did not report the limits.");
    }

    /// <summary>
    /// Requests a limit that no kernel accepts. Newer kernels then report the largest one: mptcp_pm_parse_limit in net/mptcp/pm_kernel.c.
    /// </summary>
    int AskMaximum()
    {
        NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_LIMITS);
        request.UInt32(MPTCP_PM_ATTR_SUBFLOWS, uint.MaxValue);
        try
        {
            _socket.Netlink.Request(request, "report the highest limit");
        }
        catch (MptcpPrivilegeException)
        {
            return Kernel.Version >= s_newMaximum ? NewMaximum : OldMaximum;
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == LinuxConstants.EINVAL)
        {
            return ParseMaximum(e.KernelMessage);
        }

        throw new InvalidDataException($"The kernel accepted {uint.MaxValue} as a limit.");
    }

    /// <summary>Parses "limit greater than maximum (8)"; older kernels leave out the number.</summary>
    internal static int ParseMaximum(string? kernelMessage) =>
        kernelMessage?.Split('(', ')') is [_, var number, _]
        && int.TryParse(number, CultureInfo.InvariantCulture, out int maximum)
        && maximum > 0
            ? maximum
            : OldMaximum;

    List<MptcpEndpoint> ReadEndpoints()
    {
        var endpoints = new List<MptcpEndpoint>();
        _socket.Netlink.Dump(
            _socket.List(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_GET_ADDR),
            "list the endpoints",
            endpoints.Clear,
            message => endpoints.Add(Parse(message)));
        return endpoints;
    }

    MptcpEndpoint? FindEndpoint(byte id)
    {
        NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_GET_ADDR);
        AddressWriter.WriteId(ref request, id);
        MptcpEndpoint? endpoint = null;
        try
        {
            _socket.Netlink.Request(request, $"report endpoint {id}", message => endpoint = Parse(message));
            return endpoint;
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == LinuxConstants.EINVAL)
        {
            return null; // "address not found": there is no other reason to refuse this request
        }
    }

    void Remove(byte id)
    {
        NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_DEL_ADDR);
        AddressWriter.WriteId(ref request, id);
        _socket.Netlink.Request(request, $"remove endpoint {id}");
    }

    MptcpEndpoint Parse(NetlinkMessage message)
    {
        MptcpEndpoint endpoint = EndpointParser.Parse(message);
        return endpoint.InterfaceIndex == 0
            ? endpoint
            : endpoint with { InterfaceName = Interfaces.FindName(_socket.Netlink.Handle, endpoint.InterfaceIndex) };
    }

    int FindInterface(MptcpEndpoint endpoint)
    {
        if (endpoint.InterfaceName is not { } name)
            return endpoint.InterfaceIndex;

        int index = Interfaces.FindIndex(_socket.Netlink.Handle, name)
            ?? throw new ArgumentException($"There is no network interface '{name}'.", nameof(endpoint));
        return endpoint.InterfaceIndex == 0 || endpoint.InterfaceIndex == index
            ? index
            : throw new ArgumentException(
                $"The network interface '{name}' has the index {index}, not {endpoint.InterfaceIndex}.", nameof(endpoint));
    }

    static bool HasAddress(MptcpEndpoint endpoint, IPAddress address) =>
        endpoint.Address.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes()); // the kernel stores no scope
}
