using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>A request for a tunnel, with CONNECT (RFC 9110, section 9.3.6).</summary>
sealed record HttpConnectRequest(EndPoint Target) : HttpRequest(Target)
{
    internal override byte[] Connected => "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();
}
