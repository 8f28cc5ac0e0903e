namespace Mptcp.Gateway;

/// <summary>Specifies how a route of the gateway learns where to connect a client to.</summary>
public enum MptcpGatewayMode
{
    /// <summary>From <see cref="MptcpGatewayRouteOptions.Connect"/>.</summary>
    Forward,

    /// <summary>From the client, which uses a SOCKS5 or HTTP proxy. Both work on the same port.</summary>
    Proxy,

    /// <summary>From the firewall of this host, which has redirected the connection (nftables <c>redirect</c>). Linux only.</summary>
    Redirect,

    /// <summary>
    /// From the address that the client connected to, which a firewall rule <c>tproxy</c> has kept. Needs <c>CAP_NET_ADMIN</c>. Linux only.
    /// </summary>
    Tproxy,
}
