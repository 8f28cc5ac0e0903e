using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.PathManager;

/// <summary>
/// Rejects endpoints that every kernel would reject: mptcp_pm_nl_add_addr_doit in net/mptcp/pm_kernel.c, before Linux 6.16
/// pm_netlink.c.
/// </summary>
static class EndpointRules
{
    const MptcpEndpointFlags All = Signal | Subflow | Backup | FullMesh | Implicit | Laminar;

    internal static void CheckToAdd(MptcpEndpoint endpoint, [CallerArgumentExpression(nameof(endpoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint, name);
        CheckAddress(endpoint.Address, name);
        CheckFlags(endpoint.Flags, name);
        if (endpoint.Port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new ArgumentException(
                $"The port of an endpoint must be from 0, for none, to {IPEndPoint.MaxPort}, not {endpoint.Port}.", name);
        }

        if (endpoint.Port != 0 && (endpoint.Flags & (Signal | Subflow)) != Signal)
            throw new ArgumentException($"An endpoint with a port must have the flag {nameof(Signal)} and not {nameof(Subflow)}.", name);

        CheckInterface(endpoint.InterfaceIndex, name);
    }

    internal static void CheckFlags(MptcpEndpointFlags flags, [CallerArgumentExpression(nameof(flags))] string? name = null)
    {
        if ((flags & ~All) != 0)
            throw new ArgumentException($"The flags {flags & ~All} are unknown.", name);

        if ((flags & Implicit) != 0)
            throw new ArgumentException($"The kernel creates {nameof(Implicit)} endpoints itself. You cannot add one.", name);

        if ((flags & (Signal | FullMesh)) == (Signal | FullMesh))
            throw new ArgumentException($"An endpoint can have the flag {nameof(Signal)} or {nameof(FullMesh)}, not both.", name);
    }

    internal static void CheckAddress(IPAddress address, [CallerArgumentExpression(nameof(address))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(address, name);
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || Normalize(address).Equals(IPAddress.Any))
            throw new ArgumentException($"A path needs one address, but {address} means any address.", name);
    }

    /// <summary>Checks both ends of a subflow.</summary>
    internal static void CheckFamilies(IPAddress local, IPAddress remote)
    {
        AddressFamily one = Normalize(local).AddressFamily, other = Normalize(remote).AddressFamily;
        if (one != other)
        {
            throw new ArgumentException(
                $"Both addresses of a subflow must have the same family, but {local} has {one} and {remote} has {other}.");
        }
    }

    internal static void CheckPort(int port, [CallerArgumentExpression(nameof(port))] string? name = null)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentException($"The port of a subflow must be from 1 to {IPEndPoint.MaxPort}, not {port}.", name);
    }

    internal static void CheckInterface(int index, string? name)
    {
        if (index < 0)
            throw new ArgumentException($"The index of an interface must be 0, for none, or greater, not {index}.", name);
    }

    internal static byte CheckId(byte id, [CallerArgumentExpression(nameof(id))] string? name = null) =>
        id != 0
            ? id
            : throw new ArgumentOutOfRangeException(
                name, id, "The id of an address must be from 1 to 255. 0 is the address with which each connection began.");

    /// <summary>Returns the address in the form of the kernel: an IPv4-mapped IPv6 address as the IPv4 address.</summary>
    internal static IPAddress Normalize(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
