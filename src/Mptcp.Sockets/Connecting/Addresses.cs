using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>Resolves a host to the addresses to try, in order.</summary>
static class Addresses
{
    /// <summary>Resolves a name once. An address is returned as it is, without asking the system.</summary>
    internal static IPAddress[] Resolve(DnsEndPoint name)
    {
        if (IPAddress.TryParse(name.Host, out IPAddress? literal))
            return [literal];

        try
        {
            return Dns.GetHostAddresses(name.Host, name.AddressFamily);
        }
        catch (SocketException e)
        {
            throw NotResolved(name, e);
        }
    }

    /// <inheritdoc cref="Resolve"/>
    /// <param name="name">The name, and the family of the addresses to return.</param>
    /// <param name="resolver">The caller's resolver; null for the system's resolver.</param>
    /// <param name="cancellationToken">Cancels the resolution.</param>
    internal static async ValueTask<IPAddress[]> ResolveAsync(
        DnsEndPoint name, Func<DnsEndPoint, CancellationToken, ValueTask<IPAddress[]>>? resolver, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(name.Host, out IPAddress? literal))
            return [literal];

        if (resolver is not null)
            return await resolver(name, cancellationToken).ConfigureAwait(false);

        try
        {
            return await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw NotResolved(name, e);
        }
    }

    /// <summary>Adds the name to the system's error, which does not mention it.</summary>
    static SocketException NotResolved(DnsEndPoint name, SocketException error) =>
        new((int)error.SocketErrorCode, $"Cannot resolve '{name.Host}': {error.Message}.");

    /// <summary>Returns the addresses to which the socket can be connected.</summary>
    internal static IPEndPoint[] Targets(Socket socket, IPAddress[] addresses, int port)
    {
        var targets = new IPEndPoint[addresses.Length];
        int count = 0;
        foreach (IPAddress address in addresses)
        {
            if (CanReach(socket, address))
                targets[count++] = new IPEndPoint(address, port);
        }

        return count == targets.Length ? targets : targets[..count];
    }

    internal static bool CanReach(Socket socket, IPAddress address) =>
        address.AddressFamily == socket.AddressFamily
        || (address.AddressFamily == AddressFamily.InterNetwork && socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode);

    /// <summary>
    /// Orders the addresses so that the families alternate, beginning with the family of the first address (RFC 8305, section 4). Within a
    /// family, the order of the system is kept. A family that does not work then costs one attempt, not one for each of its addresses.
    /// </summary>
    internal static IPEndPoint[] Interleave(IPEndPoint[] inOrder)
    {
        return inOrder.Length < 3 ? inOrder : InTurn(inOrder.ToLookup(target => target.AddressFamily)); // rare, so its cost does not matter

        static IPEndPoint[] InTurn(ILookup<AddressFamily, IPEndPoint> families) =>
            [.. families.SelectMany(family => family.Index()).OrderBy(target => target.Index).Select(target => target.Item)];
    }

    /// <summary>An IPv4-mapped IPv6 address is treated as the IPv4 address.</summary>
    internal static IPEndPoint Target(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    /// <summary>
    /// Converts the end point for a socket of <paramref name="family"/>: a dual-mode socket needs an IPv4 address mapped to IPv6.
    /// </summary>
    internal static IPEndPoint ForFamily(IPEndPoint endPoint, AddressFamily family) =>
        endPoint.AddressFamily == AddressFamily.InterNetwork && family == AddressFamily.InterNetworkV6
            ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port)
            : endPoint;
}
