using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>A request of SOCKS5.</summary>
sealed record SocksRequest(EndPoint Target) : ProxyRequest(Target)
{
    internal override byte[] Connected => Socks5.Reply(Socks5.Succeeded);

    internal override byte[] Failed(ProxyFailure failure) => Socks5.Reply(failure switch
    {
        ProxyFailure.NotAllowed => Socks5.NotAllowed,
        ProxyFailure.NetworkUnreachable => Socks5.NetworkUnreachable,
        ProxyFailure.HostUnreachable or ProxyFailure.TimedOut => Socks5.HostUnreachable,
        ProxyFailure.Refused => Socks5.ConnectionRefused,
        _ => Socks5.GeneralFailure,
    });
}
