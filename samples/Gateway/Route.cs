using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Gateway;

/// <summary>A checked <see cref="RouteOptions"/>.</summary>
sealed record Route
{
    internal required string Name { get; init; }

    /// <summary>Where to listen, and where its connections go.</summary>
    internal required IReadOnlyList<(IPEndPoint Listen, EndPoint Connect)> Ways { get; init; }

    internal required MptcpListenOptions ListenOptions { get; init; }

    internal required MptcpConnectOptions ConnectOptions { get; init; }

    internal required TimeSpan ConnectTimeout { get; init; }

    internal required TimeSpan IdleTimeout { get; init; }

    internal required int MaxConnections { get; init; }

    internal required int BufferSize { get; init; }

    /// <summary>Makes a route, or says what is wrong, each with the key to change.</summary>
    internal static Route? TryCreate(string name, RouteOptions options, ICollection<string> errors)
    {
        var check = new RouteCheck($"{GatewayOptions.Section}:Routes:{name}", errors);
        Address? listen = check.Parse(nameof(options.Listen), options.Listen), connect = check.Parse(nameof(options.Connect), options.Connect);
        MptcpMode? listenMode = check.Mode(nameof(options.ListenMode), options.ListenMode, listen);
        MptcpMode? connectMode = check.Mode(nameof(options.ConnectMode), options.ConnectMode, connect);
        if (options.RequireMptcpPeer && connectMode == MptcpMode.Disabled)
            check.Fail(nameof(options.RequireMptcpPeer), $"it needs mptcp@ in {nameof(options.Connect)}.");

        check.Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        check.Positive(nameof(options.IdleTimeout), options.IdleTimeout);
        check.Range(nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        check.Range(nameof(options.BufferSize), options.BufferSize, 1024, 16 * 1024 * 1024);
        IReadOnlyList<(IPEndPoint, EndPoint)>? ways = listen is null || connect is null ? null : check.Ways(listen, connect);
        if (check.HasFailed)
            return null;

        return new Route
        {
            Name = name,
            Ways = ways!,
            ListenOptions = new MptcpListenOptions
            {
                Mode = listenMode!.Value,
                NoDelay = true, // whoever writes decides what goes together
                DualMode = ways![0].Item1.Address.Equals(IPAddress.IPv6Any) && listen!.Family == AddressFamily.Unspecified,
                ConfigureSocket = KeepAlive, // accepted sockets inherit it
            },
            ConnectOptions = new MptcpConnectOptions
            {
                Mode = connectMode!.Value,
                RequireMptcpPeer = options.RequireMptcpPeer,
                NoDelay = true,
                ConfigureSocket = KeepAlive,
            },
            ConnectTimeout = options.ConnectTimeout,
            IdleTimeout = options.IdleTimeout ?? Timeout.InfiniteTimeSpan,
            MaxConnections = options.MaxConnections,
            BufferSize = options.BufferSize,
        };
    }

    /// <summary>So that a connection whose other end has vanished comes to an end.</summary>
    static void KeepAlive(Socket socket) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
}
