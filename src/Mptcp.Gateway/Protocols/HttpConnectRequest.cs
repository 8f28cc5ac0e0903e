using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>A request of HTTP CONNECT.</summary>
sealed record HttpConnectRequest(EndPoint Target) : ProxyRequest(Target)
{
    internal override byte[] Connected => "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    internal override byte[] Failed(ProxyFailure failure) => HttpConnect.Response(failure switch
    {
        ProxyFailure.NotAllowed => "403 Forbidden",
        ProxyFailure.TimedOut => "504 Gateway Timeout",
        _ => "502 Bad Gateway",
    });
}
