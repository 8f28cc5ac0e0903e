using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Mptcp.Tool;

/// <summary>A host and port: HOST:PORT, [IPV6]:PORT, HOST alone for port 443, or a URL.</summary>
sealed record PeerAddress(string Host, int Port)
{
    const int DefaultPort = 443;

    /// <param name="text">The text.</param>
    /// <param name="peer">The host and port.</param>
    /// <param name="wrongPort">The text in the place of the port, if it is not a valid port.</param>
    internal static bool TryParse(string text, [NotNullWhen(true)] out PeerAddress? peer, out string? wrongPort)
    {
        (peer, wrongPort) = (null, null);
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Host.Length: > 0, Port: >= 0 })
                (peer, wrongPort) = url.Port == 0 ? (null, "0") : (new PeerAddress(url.DnsSafeHost, url.Port), wrongPort);
        }
        else if (IPAddress.TryParse(text, out IPAddress? address) && text.Contains(':', StringComparison.Ordinal) && !text.EndsWith(']') && !text.StartsWith('['))
        {
            peer = new PeerAddress(address.ToString(), DefaultPort);
        }
        else
        {
            (peer, wrongPort) = Split(text);
        }

        return peer is not null;
    }

    static (PeerAddress? Peer, string? WrongPort) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = (hasPort ? text[..colon] : text).TrimStart('[').TrimEnd(']'), digits = hasPort ? text[(colon + 1)..] : "";
        int port = DefaultPort;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return (null, null);

        bool isPort = !hasPort || (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort);
        return isPort ? (new PeerAddress(host, port), null) : (null, digits);
    }
}
