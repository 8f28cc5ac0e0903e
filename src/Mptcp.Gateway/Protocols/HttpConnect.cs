using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>The head of an HTTP request to a proxy (RFC 9110, section 9.3.6), and answers.</summary>
/// <param name="Method">The method; the gateway supports CONNECT only.</param>
/// <param name="Target">The destination; <see langword="null"/> if it is not HOST:PORT.</param>
/// <param name="Login">The name and password of <c>Proxy-Authorization: Basic</c>, if there are any.</param>
sealed record HttpConnect(string Method, EndPoint? Target, ProxyLogin? Login)
{
    internal const string Connect = "CONNECT";

    const string Authorization = "Proxy-Authorization", Basic = "Basic ";

    static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Reads a head to its end.</summary>
    internal static Parsed<HttpConnect> Parse(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf(EndOfHead);
        if (length < 0)
            return Parsed<HttpConnect>.Incomplete;

        string[] lines = Encoding.Latin1.GetString(bytes[..length]).Split("\r\n");
        string[] request = lines[0].Split(' ');
        if (request.Length != 3 || !request[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
            return Parsed<HttpConnect>.Invalid("It is not a request of HTTP/1.1.");

        return Parsed<HttpConnect>.Complete(new HttpConnect(request[0], ParseTarget(request[1]), ParseLogin(lines[1..])), length + EndOfHead.Length);
    }

    internal static byte[] Response(string status, string? header = null, string text = "")
    {
        string extra = header is null ? "" : $"{header}\r\n";
        string type = text.Length == 0 ? "" : "Content-Type: text/plain\r\n";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{extra}{type}Content-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}");
    }

    static EndPoint? ParseTarget(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return null;

        string host = text[..colon];
        bool isBracketed = host[0] == '[' && host[^1] == ']';
        return host.Contains(':', StringComparison.Ordinal) == isBracketed ? ProxyRequest.ToTarget(isBracketed ? host[1..^1] : host, port) : null;
    }

    static ProxyLogin? ParseLogin(string[] headers)
    {
        foreach (string header in headers)
        {
            string[] parts = header.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0].Equals(Authorization, StringComparison.OrdinalIgnoreCase))
                return parts[1].StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? ParseBasic(parts[1][Basic.Length..].Trim()) : null;
        }

        return null;
    }

    static ProxyLogin? ParseBasic(string encoded)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        if (!Convert.TryFromBase64String(encoded, decoded, out int length))
            return null;

        string[] parts = Encoding.UTF8.GetString(decoded.AsSpan(0, length)).Split(':', 2);
        return parts.Length == 2 ? new ProxyLogin(parts[0], parts[1]) : null;
    }
}
