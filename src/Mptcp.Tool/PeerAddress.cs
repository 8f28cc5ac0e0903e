using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Mptcp.Tool;

/// <summary>A host and port: HOST:PORT, [IPV6]:PORT, HOST alone for port 443, or a URL.</summary>
sealed record PeerAddress(string Host, int Port)
{
    const int DefaultPort = 443;

    internal static bool TryParse(string text, [NotNullWhen(true)] out PeerAddress? peer)
    {
        peer = null;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Host.Length: > 0, Port: > 0 })
                peer = new PeerAddress(url.DnsSafeHost, url.Port);
        }
        else if (IPAddress.TryParse(text, out IPAddress? address) && text.Contains(':', StringComparison.Ordinal) && !text.EndsWith(']') && !text.StartsWith('['))
        {
            peer = new PeerAddress(address.ToString(), DefaultPort);
        }
        else
        {
            peer = Split(text);
        }

        return peer is not null;
    }

    static PeerAddress? Split(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = (hasPort ? text[..colon] : text).TrimStart('[').TrimEnd(']');
        int port = DefaultPort;
        bool isPort = !hasPort || int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port);
        return isPort && port is > 0 and <= IPEndPoint.MaxPort && Uri.CheckHostName(host) != UriHostNameType.Unknown ? new PeerAddress(host, port) : null;
    }
}
