using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Protocols;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// Connects to the destinations that a route allows. A name is checked with each address that it resolves to, and only those that are
/// allowed are tried.
/// </summary>
sealed class Destinations
{
    readonly DestinationRules _rules;
    readonly OwnListeners _own;
    readonly MptcpConnector _connector;

    internal Destinations(Route route, OwnListeners own)
    {
        _rules = route.Destinations;
        _own = own;
        _connector = new MptcpConnector(new MptcpConnectOptions
        {
            Mode = route.ConnectMode,
            RequireMptcpPeer = route.RequireMptcpPeer,
            ConnectTimeout = route.ConnectTimeout,
            NoDelay = true, // the programs at both ends decide what is sent together
            ConfigureSocket = RelaySockets.KeepAlive,
            Resolver = ResolveAsync,
        });
    }

    /// <exception cref="RefusedException">The destination is denied, or is this gateway itself.</exception>
    /// <exception cref="SocketException">Connecting to the destination failed.</exception>
    internal ValueTask<Socket> ConnectAsync(EndPoint target, CancellationToken cancellationToken) =>
        _connector.ConnectAsync(target is IPEndPoint address ? Check(address) : target, cancellationToken);

    IPEndPoint Check(IPEndPoint target)
    {
        IPAddress address = Plain(target.Address);
        return WhyNot(name: null, address, target.Port) is { } reason
            ? throw new RefusedException($"{target} {reason}.")
            : new IPEndPoint(address, target.Port);
    }

    async ValueTask<IPAddress[]> ResolveAsync(DnsEndPoint name, CancellationToken cancellationToken)
    {
        if (_rules.DeniesName(name.Host, name.Port))
            throw new RefusedException($"{name.Host}:{name.Port} is denied.");

        IPAddress[] addresses = await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
        ILookup<string?, IPAddress> byReason = addresses.Select(Plain).ToLookup(address => WhyNot(name.Host, address, name.Port));
        IPAddress[] allowed = [.. byReason[null]];
        return allowed.Length > 0 || addresses.Length == 0
            ? allowed
            : throw new RefusedException($"{name.Host}:{name.Port} {byReason.First().Key}.");
    }

    string? WhyNot(string? name, IPAddress address, int port) =>
        !_rules.IsEmpty && !_rules.Permits(name, address, port) ? "is denied"
        : _own.Contain(address, port) ? "is this gateway itself"
        : null;

    /// <summary>The address that the kernel would take: 0.0.0.0 is loopback, and a mapped address is one of IPv4.</summary>
    static IPAddress Plain(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address.IsIPv4MappedToIPv6 ? Plain(address.MapToIPv4())
        : address;
}
