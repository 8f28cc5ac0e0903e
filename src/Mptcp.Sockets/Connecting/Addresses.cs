using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>From a host to the addresses to try, in order.</summary>
static class Addresses
{
    /// <summary>Resolves a name once; an address literal is taken as it is, without asking the system.</summary>
    internal static IPAddress[] Resolve(string host) =>
        IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : Dns.GetHostAddresses(host);

    /// <inheritdoc cref="Resolve"/>
    internal static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    /// <summary>Those of the addresses that a socket can be connected to.</summary>
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

    /// <summary>An IPv4 address in IPv6 clothes is connected to as the IPv4 address that it is.</summary>
    internal static IPEndPoint Target(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    /// <summary>The end point as a socket of <paramref name="family"/> says it: an IPv4 address on a dual-mode socket is mapped.</summary>
    internal static IPEndPoint ForFamily(IPEndPoint endPoint, AddressFamily family) =>
        endPoint.AddressFamily == AddressFamily.InterNetwork && family == AddressFamily.InterNetworkV6
            ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port)
            : endPoint;
}
