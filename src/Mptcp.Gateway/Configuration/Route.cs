using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>The checked form of <see cref="MptcpGatewayRouteOptions"/>.</summary>
sealed record Route
{
    internal required string Name { get; init; }

    /// <summary>The section of the configuration, for messages.</summary>
    internal required string Section { get; init; }

    internal required IReadOnlyList<Way> Ways { get; init; }

    internal required MptcpConnector Connector { get; init; }

    internal required TimeSpan ConnectTimeout { get; init; }

    internal required TimeSpan IdleTimeout { get; init; }

    internal required int MaxConnections { get; init; }

    internal required int BufferSize { get; init; }

    /// <summary>Creates a route. If that fails, adds each error with the key to change.</summary>
    internal static Route? TryCreate(string name, MptcpGatewayRouteOptions options, string section, ICollection<string> errors)
    {
        var check = new RouteCheck(section, errors);
        Address? listen = check.Parse(nameof(options.Listen), options.Listen), connect = check.Parse(nameof(options.Connect), options.Connect);
        MptcpMode? listenMode = check.Mode(nameof(options.ListenMode), options.ListenMode, listen);
        MptcpMode? connectMode = check.Mode(nameof(options.ConnectMode), options.ConnectMode, connect);
        if (options.RequireMptcpPeer && connectMode == MptcpMode.Disabled)
            check.Fail(nameof(options.RequireMptcpPeer), $"it needs mptcp@ in {nameof(options.Connect)}.");

        check.Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        check.Positive(nameof(options.IdleTimeout), options.IdleTimeout);
        check.Range(nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        check.Range(nameof(options.BufferSize), options.BufferSize, 1024, 16 * 1024 * 1024);
        IReadOnlyList<Way>? ways = listen is null || connect is null || listenMode is null ? null : check.Ways(name, listen, listenMode.Value, connect);
        if (check.HasFailed)
            return null;

        return new Route
        {
            Name = name,
            Section = section,
            Ways = ways!,
            Connector = new MptcpConnector(new MptcpConnectOptions
            {
                Mode = connectMode!.Value,
                RequireMptcpPeer = options.RequireMptcpPeer,
                NoDelay = true, // the writer decides which bytes belong together
                ConfigureSocket = KeepAlive,
            }),
            ConnectTimeout = options.ConnectTimeout,
            IdleTimeout = options.IdleTimeout ?? Timeout.InfiniteTimeSpan,
            MaxConnections = options.MaxConnections,
            BufferSize = options.BufferSize,
        };
    }

    /// <summary>Enables keep-alive, so that a connection whose other end has vanished ends. Accepted sockets inherit it.</summary>
    internal static void KeepAlive(Socket socket) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
}
