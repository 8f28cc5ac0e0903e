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
/// The kernel's path manager: which addresses of this host MPTCP connections use, and how many paths they may have. What <c>ip mptcp endpoint</c> and
/// <c>ip mptcp limits</c> do.
/// </summary>
/// <remarks>
/// It is that of the network namespace of the thread that called <see cref="Open"/>, whichever thread uses it. Anyone may read; changes need
/// <c>CAP_NET_ADMIN</c>, and are a <see cref="MptcpPrivilegeException"/> without. Can be used from several threads at once.
/// </remarks>
/// <example>
/// <code>
/// using MptcpPathManager manager = MptcpPathManager.Open();
/// manager.AddEndpoint(IPAddress.Parse("192.0.2.7"), MptcpEndpointFlags.Subflow, "wwan0");
/// </code>
/// </example>
public sealed class MptcpPathManager : IDisposable
{
    /// <summary>Before Linux 7.2 (MPTCP_PM_ADDR_MAX in net/mptcp/protocol.h), and from then on.</summary>
    internal const int OldMaximum = 8, NewMaximum = 64;

    static readonly Version s_newMaximum = new(7, 2);

    readonly Lock _lock = new();
    readonly PathManagerSocket _socket;
    int? _maximum;

    MptcpPathManager(PathManagerSocket socket) => _socket = socket;

    /// <summary>Opens a way to the path manager; no privilege is needed.</summary>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static MptcpPathManager Open() => new(PathManagerSocket.Open());

    /// <summary>All endpoints, those that the kernel has made among them. Needs no privilege, except on Linux 6.7 to 6.11.</summary>
    /// <exception cref="MptcpPrivilegeException">The kernel is Linux 6.7 to 6.11, and this process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public IReadOnlyList<MptcpEndpoint> GetEndpoints()
    {
        lock (_lock)
            return ReadEndpoints();
    }

    /// <summary>The endpoint with an id, or null if there is none. Needs no privilege.</summary>
    /// <param name="id">1 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpEndpoint? GetEndpoint(byte id)
    {
        EndpointRules.CheckId(id);
        lock (_lock)
            return FindEndpoint(id);
    }

    /// <summary>Adds an endpoint. Connections that exist use it at once, as far as the limits allow.</summary>
    /// <param name="endpoint">
    /// Address and flags at least. The kernel takes an address that no interface has, but no subflow can use it. It has room for <see cref="GetMaximum"/> endpoints.
    /// </param>
    /// <returns>The endpoint as the kernel has it now, with its id.</returns>
    /// <exception cref="ArgumentException">What no kernel takes: a port without <see cref="MptcpEndpointFlags.Signal"/> or with <see
    /// cref="MptcpEndpointFlags.Subflow"/>, Signal together with FullMesh, Implicit, an interface that does not exist.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses: it has this address (<c>EEXIST</c>) or this id (<c>EBUSY</c>) already, or as many endpoints as it
    /// can (<c>ERANGE</c>). Older kernels say <c>EINVAL</c> of all three.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel has silently ignored one of the flags, such as Laminar before Linux 6.18. The endpoint is not
    /// there.</exception>
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

            // The kernel does not say which id it has chosen.
            MptcpEndpoint added = ReadEndpoints().FirstOrDefault(e => HasAddress(e, address) && e.Port == endpoint.Port)
                ?? throw MptcpNetlinkException.Create($"show the endpoint {address} that was added", ENOENT, "somebody else has removed it");

            MptcpEndpointFlags ignored = endpoint.Flags & ~added.Flags;
            if (ignored == 0)
                return added;

            Remove(added.Id);
            throw new MptcpNotSupportedException(
                MptcpUnavailableReason.KernelTooOld,
                $"This kernel ({Kernel.Version}) does not know endpoints that are {ignored}"
                + $"{((ignored & MptcpEndpointFlags.Laminar) != 0 ? ", which came with Linux 6.18" : "")}; the endpoint {address} was not added.");
        }
    }

    /// <summary>Adds an endpoint.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="flags">What the kernel does with it.</param>
    /// <param name="interfaceName">The network interface that its subflows are bound to; null for none.</param>
    /// <inheritdoc cref="AddEndpoint(MptcpEndpoint)"/>
    public MptcpEndpoint AddEndpoint(IPAddress address, MptcpEndpointFlags flags, string? interfaceName = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return AddEndpoint(new MptcpEndpoint(address, flags) { InterfaceName = interfaceName });
    }

    /// <summary>Removes an endpoint; the subflows that use it are closed, and peers told.</summary>
    /// <param name="id">1 to 255. The kernel finds endpoints to remove by their id only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="MptcpNetlinkException">There is no such endpoint.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public void RemoveEndpoint(byte id)
    {
        EndpointRules.CheckId(id);
        lock (_lock)
            Remove(id);
    }

    /// <summary>Removes all endpoints, whoever has added them; the subflows that use them are closed, and peers told.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    public void FlushEndpoints()
    {
        lock (_lock)
            _socket.Netlink.Request(_socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_FLUSH_ADDRS), "remove all endpoints");
    }

    /// <summary>
    /// Changes an endpoint's flags, in connections that exist, too. The kernel can change <see cref="MptcpEndpointFlags.Backup"/> and <see
    /// cref="MptcpEndpointFlags.FullMesh"/>; for the others, remove it and add another.
    /// </summary>
    /// <param name="id">1 to 255.</param>
    /// <param name="flags">All flags that it shall have, those that stay among them.</param>
    /// <returns>The endpoint as the kernel has it now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is 0.</exception>
    /// <exception cref="ArgumentException">Other flags than those two would change, or the flags do not go together.</exception>
    /// <exception cref="MptcpNetlinkException">There is no such endpoint.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel has silently ignored one of the flags.</exception>
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
                    $"Endpoint {id} is {before.Flags}. The kernel can change {changeable} only, not {change & ~changeable}: remove the endpoint and add another.",
                    nameof(flags));
            }

            NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_FLAGS);
            AddressWriter.WriteId(ref request, id, flags);
            _socket.Netlink.Request(request, $"change the flags of endpoint {id} to {flags}");

            MptcpEndpoint after = FindEndpoint(id) ?? throw MptcpNetlinkException.Create($"show endpoint {id} that was changed", ENOENT, "somebody else has removed it");
            return after.Flags == flags
                ? after
                : throw new MptcpNotSupportedException(
                    MptcpUnavailableReason.KernelTooOld,
                    $"This kernel ({Kernel.Version}) has ignored some of the flags: endpoint {id} was to be {flags}, and is {after.Flags}.");
        }
    }

    /// <summary>The limits. Needs no privilege.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public MptcpLimits GetLimits()
    {
        lock (_lock)
            return ReadLimits();
    }

    /// <summary>
    /// Gets how many endpoints the kernel has room for, and how high both limits can be: 8, from Linux 7.2 on 64. With <c>CAP_NET_ADMIN</c>, the kernel is asked; otherwise, its version tells.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    public int GetMaximum()
    {
        lock (_lock)
            return _maximum ??= AskMaximum();
    }

    /// <summary>
    /// Sets the limits. Nobody loses a path by that, and nobody gets one at once: the kernel looks at the limits when there is a cause for another path, such as an
    /// endpoint that is added, also of connections that exist. What the peer opens or announces, those may go on refusing whose limit was 0 when they began, or was
    /// reached.
    /// </summary>
    /// <param name="limits">Each from 0 to <see cref="GetMaximum"/>. A limit that stays as it is, is not sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    /// <exception cref="MptcpNetlinkException">One is more than the kernel allows.</exception>
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

            _socket.Netlink.Request(request, $"set limits of {limits.ExtraSubflows} extra subflows and {limits.AcceptedAddresses} accepted addresses");
        }
    }

    /// <summary>Closes the way to the path manager. What was set stays.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>Changes nothing. The kernel refuses this exactly when it would refuse to add an endpoint.</summary>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    internal void CheckPrivilege()
    {
        lock (_lock)
            _socket.Netlink.Request(_socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_LIMITS), "change endpoints and limits");
    }

    MptcpLimits ReadLimits()
    {
        MptcpLimits? limits = null;
        _socket.Netlink.Request(
            _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_GET_LIMITS),
            "tell the limits",
            message => limits = EndpointParser.ParseLimits(message));
        return limits ?? throw new InvalidDataException("The kernel has not told the limits.");
    }

    /// <summary>No kernel accepts the limit that is asked for here, and newer ones say which they would: mptcp_pm_parse_limit in net/mptcp/pm_kernel.c.</summary>
    int AskMaximum()
    {
        NetlinkMessageWriter request = _socket.Command(stackalloc byte[NetlinkMessageWriter.Enough], MPTCP_PM_CMD_SET_LIMITS);
        request.UInt32(MPTCP_PM_ATTR_SUBFLOWS, uint.MaxValue);
        try
        {
            _socket.Netlink.Request(request, "tell the highest limit");
        }
        catch (MptcpPrivilegeException)
        {
            return Kernel.Version >= s_newMaximum ? NewMaximum : OldMaximum;
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == LinuxConstants.EINVAL)
        {
            return ParseMaximum(e.KernelMessage);
        }

        throw new InvalidDataException($"The kernel has accepted {uint.MaxValue} as a limit.");
    }

    /// <summary>"limit greater than maximum (8)"; older kernels leave out the number.</summary>
    internal static int ParseMaximum(string? kernelMessage) =>
        kernelMessage?.Split('(', ')') is [_, var number, _] && int.TryParse(number, CultureInfo.InvariantCulture, out int maximum) && maximum > 0
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
            _socket.Netlink.Request(request, $"tell about endpoint {id}", message => endpoint = Parse(message));
            return endpoint;
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == LinuxConstants.EINVAL)
        {
            return null; // "address not found": there is nothing else to refuse in this request
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
        return endpoint.InterfaceIndex == 0 ? endpoint : endpoint with { InterfaceName = Interfaces.FindName(_socket.Netlink.Handle, endpoint.InterfaceIndex) };
    }

    int FindInterface(MptcpEndpoint endpoint)
    {
        if (endpoint.InterfaceName is not { } name)
            return endpoint.InterfaceIndex;

        int index = Interfaces.FindIndex(_socket.Netlink.Handle, name) ?? throw new ArgumentException($"There is no network interface '{name}'.", nameof(endpoint));
        return endpoint.InterfaceIndex == 0 || endpoint.InterfaceIndex == index
            ? index
            : throw new ArgumentException($"The network interface '{name}' is number {index}, not {endpoint.InterfaceIndex}.", nameof(endpoint));
    }

    static bool HasAddress(MptcpEndpoint endpoint, IPAddress address) =>
        endpoint.Address.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes()); // the kernel keeps no scope
}
