using System.Net;
using Mptcp.Gateway.Protocols;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>Checked <see cref="MptcpGatewayRouteOptions"/>.</summary>
sealed record Route
{
    internal required string Name { get; init; }

    /// <summary>Gets the section of the configuration, for messages.</summary>
    internal required string Section { get; init; }

    internal required MptcpGatewayMode Mode { get; init; }

    internal required IReadOnlyList<Way> Ways { get; init; }

    internal required MptcpGatewayBalance Balance { get; init; }

    internal required TimeSpan? HealthInterval { get; init; }

    internal required MptcpMode ConnectMode { get; init; }

    internal required bool RequireMptcpPeer { get; init; }

    /// <summary>The peers whose connections begin with a PROXY header.</summary>
    internal required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    internal required MptcpGatewayProxyProtocol? SendProxyProtocol { get; init; }

    internal required ProxyUsers Users { get; init; }

    internal required DestinationRules Destinations { get; init; }

    internal required TimeSpan HeaderTimeout { get; init; }

    internal required TimeSpan ConnectTimeout { get; init; }

    internal required TimeSpan IdleTimeout { get; init; }

    internal required int MaxConnections { get; init; }

    internal required int BufferSize { get; init; }

    /// <summary>Makes a route, or says what is wrong, each with the key to change.</summary>
    internal static Route? TryCreate(string name, MptcpGatewayRouteOptions options, string section, ICollection<string> errors)
    {
        var check = new RouteCheck(section, errors);
        check.Defined(nameof(options.Mode), options.Mode);
        check.Defined(nameof(options.Balance), options.Balance);
        check.Defined(nameof(options.SendProxyProtocol), options.SendProxyProtocol ?? MptcpGatewayProxyProtocol.V2);
        var addresses = RouteAddresses.Read(name, options, check);
        CheckUses(options, check);
        check.Positive(nameof(options.HealthInterval), options.HealthInterval);
        check.Positive(nameof(options.HeaderTimeout), options.HeaderTimeout);
        check.Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        check.Positive(nameof(options.IdleTimeout), options.IdleTimeout);
        check.Range(nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        check.Range(nameof(options.BufferSize), options.BufferSize, 1024, 16 * 1024 * 1024);
        IReadOnlyList<IPNetwork> trusted = check.Networks(nameof(options.AcceptProxyProtocolFrom), options.AcceptProxyProtocolFrom);
        var destinations = new DestinationRules(
            check.Rules(nameof(options.Allow), options.Allow), check.Rules(nameof(options.Deny), options.Deny));
        if (check.HasFailed)
            return null;

        return new Route
        {
            Name = name,
            Section = section,
            Mode = options.Mode,
            Ways = addresses!.Ways,
            Balance = options.Balance,
            HealthInterval = options.HealthInterval,
            ConnectMode = addresses.ConnectMode,
            RequireMptcpPeer = options.RequireMptcpPeer,
            TrustedProxies = trusted,
            SendProxyProtocol = options.SendProxyProtocol,
            Users = new ProxyUsers(options.Users),
            Destinations = destinations,
            HeaderTimeout = options.HeaderTimeout,
            ConnectTimeout = options.ConnectTimeout,
            IdleTimeout = options.IdleTimeout ?? Timeout.InfiniteTimeSpan,
            MaxConnections = options.MaxConnections,
            BufferSize = options.BufferSize,
        };
    }

    /// <summary>A setting that would have no effect is a mistake.</summary>
    static void CheckUses(MptcpGatewayRouteOptions options, RouteCheck check)
    {
        bool isForward = options.Mode == MptcpGatewayMode.Forward;
        if (isForward && options.Allow.Count + options.Deny.Count > 0)
        {
            string rules = options.Allow.Count > 0 ? nameof(options.Allow) : nameof(options.Deny);
            check.Fail(rules, $"it has no effect in the mode {options.Mode}.");
        }

        if (!isForward && options.HealthInterval is not null)
            check.Fail(nameof(options.HealthInterval), $"it has no effect in the mode {options.Mode}.");

        if (options.Mode != MptcpGatewayMode.Proxy && options.Users.Count > 0)
            check.Fail(nameof(options.Users), $"it has no effect in the mode {options.Mode}.");

        if (options.Users.Any(user => !IsUserName(user.Key) || string.IsNullOrEmpty(user.Value)))
            check.Fail(nameof(options.Users), "each user needs a name without a colon, and a password.");
    }

    static bool IsUserName(string name) => name.Length > 0 && !name.Contains(':', StringComparison.Ordinal);
}
