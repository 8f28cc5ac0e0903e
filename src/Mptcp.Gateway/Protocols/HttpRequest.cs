using System.Globalization;
using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>A request of HTTP to a proxy: a tunnel, or one URL.</summary>
abstract record HttpRequest(EndPoint Target) : ProxyRequest(Target)
{
    const string Connect = "CONNECT";

    /// <exception cref="RefusedException">The destination or the body is something that the gateway does not support.</exception>
    internal static HttpRequest Of(HttpHead head)
    {
        if (head.Method != Connect)
            return HttpForwardRequest.Create(head);

        return ParseAuthority(head.Target, defaultPort: null) is { } target
            ? new HttpConnectRequest(target)
            : throw Refuse("It asks for a tunnel to something other than HOST:PORT.");
    }

    internal override byte[] Failed(ProxyFailure failure) => HttpHead.Response(failure switch
    {
        ProxyFailure.NotAllowed => "403 Forbidden",
        ProxyFailure.TimedOut => "504 Gateway Timeout",
        _ => "502 Bad Gateway",
    });

    /// <summary>HOST:PORT, or HOST if there is a default port; <see langword="null"/> if it is malformed.</summary>
    protected static EndPoint? ParseAuthority(string text, int? defaultPort)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = hasPort ? text[..colon] : text;
        int? port = !hasPort ? defaultPort : ParsePort(text[(colon + 1)..]);
        if (host.Length == 0 || port is null)
            return null;

        bool isBracketed = host[0] == '[' && host[^1] == ']';
        return host.Contains(':', StringComparison.Ordinal) == isBracketed
            ? ToTarget(isBracketed ? host[1..^1] : host, port.Value)
            : null;
    }

    protected static RefusedException Refuse(string reason, string status = "400 Bad Request", string text = "") =>
        new(reason, HttpHead.Response(status, text: text));

    static int? ParsePort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : null;
}
