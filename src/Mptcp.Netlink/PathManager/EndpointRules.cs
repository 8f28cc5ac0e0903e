using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.PathManager;

/// <summary>What no kernel takes, said before it is asked: mptcp_pm_nl_add_addr_doit in net/mptcp/pm_kernel.c, before Linux 6.16 pm_netlink.c.</summary>
static class EndpointRules
{
    const MptcpEndpointFlags All = Signal | Subflow | Backup | FullMesh | Implicit | Laminar;

    internal static void CheckToAdd(MptcpEndpoint endpoint, [CallerArgumentExpression(nameof(endpoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint, name);
        CheckAddress(endpoint.Address, name);
        CheckFlags(endpoint.Flags, name);
        if (endpoint.Port is < 0 or > IPEndPoint.MaxPort)
            throw new ArgumentException($"The port of an endpoint is from 0, for none, to {IPEndPoint.MaxPort}, not {endpoint.Port}.", name);

        if (endpoint.Port != 0 && (endpoint.Flags & (Signal | Subflow)) != Signal)
            throw new ArgumentException($"An endpoint with a port is to be announced, and nothing else: it has {nameof(Signal)} and not {nameof(Subflow)}.", name);

        CheckInterface(endpoint.InterfaceIndex, name);
    }

    internal static void CheckFlags(MptcpEndpointFlags flags, [CallerArgumentExpression(nameof(flags))] string? name = null)
    {
        if ((flags & ~All) != 0)
            throw new ArgumentException($"There are no such flags of an endpoint as {flags & ~All}.", name);

        if ((flags & Implicit) != 0)
            throw new ArgumentException($"An {nameof(Implicit)} endpoint is one that the kernel has made; it cannot be asked for.", name);

        if ((flags & (Signal | FullMesh)) == (Signal | FullMesh))
            throw new ArgumentException($"An endpoint is {nameof(Signal)} or {nameof(FullMesh)}, not both.", name);
    }

    internal static void CheckAddress(IPAddress address, [CallerArgumentExpression(nameof(address))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(address, name);
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || Normalize(address).Equals(IPAddress.Any))
            throw new ArgumentException($"A path has one address; {address} stands for all.", name);
    }

    /// <summary>Both ends of a subflow.</summary>
    internal static void CheckFamilies(IPAddress local, IPAddress remote)
    {
        AddressFamily one = Normalize(local).AddressFamily, other = Normalize(remote).AddressFamily;
        if (one != other)
            throw new ArgumentException($"Both addresses of a subflow are of one family; {local} is of {one}, {remote} of {other}.");
    }

    internal static void CheckPort(int port, [CallerArgumentExpression(nameof(port))] string? name = null)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentException($"The port of a subflow is from 1 to {IPEndPoint.MaxPort}, not {port}.", name);
    }

    internal static void CheckInterface(int index, string? name)
    {
        if (index < 0)
            throw new ArgumentException($"The number of an interface is from 1, or 0 for none, not {index}.", name);
    }

    internal static byte CheckId(byte id, [CallerArgumentExpression(nameof(id))] string? name = null) =>
        id != 0 ? id : throw new ArgumentOutOfRangeException(name, id, "The id of an address is from 1 to 255; 0 is the address that each connection began with.");

    /// <summary>As the kernel takes it: IPv4 that is mapped into IPv6 is IPv4.</summary>
    internal static IPAddress Normalize(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
