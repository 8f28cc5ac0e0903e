using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>From a host to the addresses to try, in order.</summary>
static class Addresses
{
    /// <summary>Resolves a name once. An address is taken as it is, without asking the system.</summary>
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
    /// <param name="name">The name, and of which family its addresses are to be.</param>
    /// <param name="resolver">The caller's own; null for the system's.</param>
    /// <param name="cancellationToken">Ends it.</param>
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

    /// <summary>The system's error, with the name that it leaves out.</summary>
    static SocketException NotResolved(DnsEndPoint name, SocketException error) =>
        new((int)error.SocketErrorCode, $"Cannot resolve '{name.Host}': {error.Message}.");

    /// <summary>The addresses that a socket can be connected to.</summary>
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
    /// The families in turn, beginning with that of the first address, each in the order that the system gave (RFC 8305 section 4): a
    /// family that does not work then costs one attempt, not as many as it has addresses.
    /// </summary>
    internal static IPEndPoint[] Interleave(IPEndPoint[] inOrder)
    {
        return inOrder.Length < 3 ? inOrder : InTurn(inOrder.ToLookup(target => target.AddressFamily)); // few have more, so lambdas may cost something

        static IPEndPoint[] InTurn(ILookup<AddressFamily, IPEndPoint> families) =>
            [.. families.SelectMany(family => family.Index()).OrderBy(target => target.Index).Select(target => target.Item)];
    }

    /// <summary>An IPv4-mapped IPv6 address is treated as the IPv4 address.</summary>
    internal static IPEndPoint Target(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    /// <summary>The end point as a socket of <paramref name="family"/> takes it: a dual-mode socket needs an IPv4 address mapped to IPv6.</summary>
    internal static IPEndPoint ForFamily(IPEndPoint endPoint, AddressFamily family) =>
        endPoint.AddressFamily == AddressFamily.InterNetwork && family == AddressFamily.InterNetworkV6
            ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port)
            : endPoint;
}
