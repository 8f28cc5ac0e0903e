using Mptcp.Sockets;

namespace Mptcp.Gateway;

/// <summary>A route of the gateway: where it listens, and where it connects the clients to.</summary>
/// <remarks>
/// Addresses have the form <c>[PROTOCOL@]HOST:PORT[-PORT]</c>, as in HAProxy. PROTOCOL is <c>tcp</c> or <c>mptcp</c>, with a 4 or 6 for one IP version; the default is <c>tcp</c>.
/// </remarks>
public sealed class MptcpGatewayRouteOptions
{
    /// <summary>Gets or sets the address to listen on. Required. The host is an IP address; nothing or <c>*</c> is every IPv4 address, <c>[::]</c> is every address.</summary>
    public string? Listen { get; set; }

    /// <summary>Gets or sets the address to connect to. Required. It has as many ports as <see cref="Listen"/>, or one for all.</summary>
    public string? Connect { get; set; }

    /// <summary>
    /// Gets or sets what to do if this system has no MPTCP for the listening socket. The default is <see cref="MptcpMode.Preferred"/> with <c>mptcp@</c>; otherwise,
    /// <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ListenMode { get; set; }

    /// <summary>
    /// Gets or sets what to do if this system has no MPTCP for connections to the server. The default is <see cref="MptcpMode.Preferred"/> with <c>mptcp@</c>; otherwise,
    /// <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ConnectMode { get; set; }

    /// <summary>Gets or sets whether to refuse a server that answers without MPTCP. The default is <see langword="false"/>.</summary>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>Gets or sets the time after which the client is reset if the server cannot be connected to, greater than 0. The default is 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the time after which both sides are reset if both are silent, greater than 0. The default is <see langword="null"/>: no limit.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>Gets or sets the number of connections of the route at a time, 1 or more. Further clients wait to be accepted. The default is 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the number of bytes that the gateway holds in each direction of a connection, from 1,024 to 16,777,216. A silent connection holds none. The default is 65,536.
    /// </summary>
    public int BufferSize { get; set; } = 64 * 1024;
}
