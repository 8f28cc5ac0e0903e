using Mptcp.Sockets;

namespace Mptcp.Gateway;

/// <summary>A route of the gateway: where it listens, and where it connects the clients to.</summary>
/// <remarks>
/// Addresses have the form <c>[PROTOCOL@]HOST:PORT[-PORT]</c>, as in HAProxy. PROTOCOL is <c>tcp</c> or <c>mptcp</c>, with a 4 or 6 for one
/// IP version; the default is <c>tcp</c>.
/// </remarks>
public sealed class MptcpGatewayRouteOptions
{
    /// <summary>
    /// Gets or sets how the route determines the destination of a client. The default is <see cref="MptcpGatewayMode.Forward"/>: to
    /// <see cref="Connect"/>.
    /// </summary>
    public MptcpGatewayMode Mode { get; set; }

    /// <summary>
    /// Gets or sets the address to listen on. Required. The host is an IP address; nothing or <c>*</c> is every IPv4 address, <c>[::]</c>
    /// is every address. <c>systemd@NAME</c> takes over the sockets that systemd passed with this <c>FileDescriptorName=</c>.
    /// </summary>
    public string? Listen { get; set; }

    /// <summary>
    /// Gets or sets the address to connect to, or several with commas between them. Required in the mode
    /// <see cref="MptcpGatewayMode.Forward"/>, and not allowed in others. An address has as many ports as <see cref="Listen"/>, or one for
    /// all.
    /// </summary>
    public string? Connect { get; set; }

    /// <summary>
    /// Gets or sets the choice between several addresses of <see cref="Connect"/>. The default is
    /// <see cref="MptcpGatewayBalance.RoundRobin"/>.
    /// </summary>
    public MptcpGatewayBalance Balance { get; set; }

    /// <summary>
    /// Gets or sets the time between two health checks, greater than 0. A check connects to each address of <see cref="Connect"/>. One that
    /// fails gets clients again when a check succeeds. The default is <see langword="null"/>: no checks.
    /// </summary>
    public TimeSpan? HealthInterval { get; set; }

    /// <summary>
    /// Gets or sets what to do if this system has no MPTCP for the listening socket. The default is <see cref="MptcpMode.Preferred"/> with
    /// <c>mptcp@</c>; otherwise, <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ListenMode { get; set; }

    /// <summary>
    /// Gets or sets what to do if this system has no MPTCP for connections to the server. The default is <see cref="MptcpMode.Preferred"/>
    /// with <c>mptcp@</c> and without <see cref="Connect"/>; otherwise, <see cref="MptcpMode.Disabled"/>.
    /// </summary>
    public MptcpMode? ConnectMode { get; set; }

    /// <summary>Gets or sets whether to refuse a server that answers without MPTCP. The default is <see langword="false"/>.</summary>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>
    /// Gets the addresses and networks (<c>10.0.0.0/8</c>) whose connections begin with a PROXY header of version 1 or 2. The connections
    /// of other clients are relayed as they are. The default is none.
    /// </summary>
    public IList<string> AcceptProxyProtocolFrom { get; } = [];

    /// <summary>
    /// Gets or sets the version of the PROXY header that the server gets. Additional fields of an accepted header are passed on with
    /// version 2. The default is <see langword="null"/>: no header.
    /// </summary>
    public MptcpGatewayProxyProtocol? SendProxyProtocol { get; set; }

    /// <summary>
    /// Gets the names and passwords of the users of the mode <see cref="MptcpGatewayMode.Proxy"/>. The default is none: nobody needs to log
    /// in.
    /// </summary>
    public IDictionary<string, string> Users { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the destinations that clients may connect to, in the modes without <see cref="Connect"/>. The form is
    /// <c>HOST[:PORT[-PORT]]</c>, where HOST is <c>*</c>, a name, <c>*.example.com</c>, an address or a network. The default is none: every
    /// destination that is not in <see cref="Deny"/>.
    /// </summary>
    public IList<string> Allow { get; } = [];

    /// <summary>
    /// Gets the destinations that clients may not connect to, in the form of <see cref="Allow"/>, before which they take precedence. A name
    /// is checked with the addresses that it resolves to. The default is none.
    /// </summary>
    public IList<string> Deny { get; } = [];

    /// <summary>
    /// Gets or sets the time that a client has for a PROXY header and for its request to a proxy, greater than 0. The default is 10
    /// seconds.
    /// </summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the time limit for connecting to a server, and for waiting until the route has fewer than <see cref="MaxConnections"/>
    /// connections, greater than 0. After it, the client is reset. The default is 10 seconds.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the time after which both sides are reset if both are silent, greater than 0. The default is <see langword="null"/>: no
    /// limit.
    /// </summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>
    /// Gets or sets the number of connections of the route at a time, 1 or more. Further clients wait to be accepted, each for at most
    /// <see cref="ConnectTimeout"/> after the ones before it. The default is 10,000.
    /// </summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the number of bytes that the gateway holds in each direction of a connection, from 1,024 to 16,777,216. A connection
    /// holds them only while the receiver is slower than the sender. The default is 16,384.
    /// </summary>
    public int BufferSize { get; set; } = 16 * 1024;
}
