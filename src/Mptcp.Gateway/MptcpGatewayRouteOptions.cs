using Mptcp.Sockets;

namespace Mptcp.Gateway;

/// <summary>The options of a route of the gateway: the address on which it listens, and the address to which it connects the clients.</summary>
/// <remarks>
/// Addresses have the form <c>[PROTOCOL@]HOST:PORT[-PORT]</c>, as in HAProxy. PROTOCOL is <c>tcp</c> or <c>mptcp</c>, with a 4 or 6 for one IP version; the default is <c>tcp</c>.
/// </remarks>
public sealed class MptcpGatewayRouteOptions
{
    /// <summary>Gets or sets the address to listen on. Required. The host is an IP address. An empty host or <c>*</c> means every IPv4 address, <c>[::]</c> means every address.</summary>
    public string? Listen { get; set; }

    /// <summary>Gets or sets the address to connect to. Required. It has one port, or as many as <see cref="Listen"/>.</summary>
    public string? Connect { get; set; }

    /// <summary>
    /// Gets or sets the mode of the listening socket. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/> with <c>mptcp@</c>; otherwise,
    /// <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ListenMode { get; set; }

    /// <summary>
    /// Gets or sets the mode of connections to the server. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/> with <c>mptcp@</c>; otherwise,
    /// <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ConnectMode { get; set; }

    /// <summary>Gets or sets whether to refuse a server that answers without MPTCP. The default is <see langword="false"/>.</summary>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>Gets or sets the time limit of a connect to the server, greater than 0. After it, the client is reset. The default is 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the time after which silent connections are reset at both sides, greater than 0. The default is <see langword="null"/>: no limit.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>Gets or sets the largest number of simultaneous connections of the route, at least 1. Further clients wait to be accepted. The default is 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the size of the buffer for each direction of a connection, from 1,024 to 16,777,216 bytes. A silent connection has no buffer. The default is 65,536.
    /// </summary>
    public int BufferSize { get; set; } = 64 * 1024;
}
