using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>The head of an HTTP/1.1 request to a proxy, and answers.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The target of the request line: HOST:PORT with CONNECT, otherwise a URL.</param>
/// <param name="Version">HTTP/1.1 or HTTP/1.0.</param>
/// <param name="Fields">The header fields, in their order.</param>
sealed record HttpHead(string Method, string Target, string Version, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    const string Authorization = "Proxy-Authorization", Basic = "Basic ";

    static readonly SearchValues<char> s_controls =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Append(0x7f).Where(c => c != '\t').Select(c => (char)c)]);

    static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Gets the name and password of <c>Proxy-Authorization: Basic</c>, if there are any.</summary>
    internal ProxyLogin? Login =>
        Values(Authorization).FirstOrDefault() is { } value && value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            ? ParseBasic(value[Basic.Length..].Trim())
            : null;

    /// <summary>Reads a head to its end.</summary>
    internal static Parsed<HttpHead> Parse(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf(EndOfHead);
        if (length < 0)
            return Parsed<HttpHead>.Incomplete;

        string[] lines = Encoding.Latin1.GetString(bytes[..length]).Split("\r\n");
        string[] request = lines[0].Split(' ');
        if (request.Length != 3 || !IsToken(request[0]) || request[2] is not ("HTTP/1.1" or "HTTP/1.0"))
            return Parsed<HttpHead>.Invalid("It is not a request of HTTP/1.1.");

        return lines[0].Contains('\t') || lines.Any(line => line.AsSpan().ContainsAny(s_controls)) || ParseFields(lines[1..]) is not { } fields
            ? Parsed<HttpHead>.Invalid("The head of its HTTP request is malformed.")
            : Parsed<HttpHead>.Complete(new HttpHead(request[0], request[1], request[2], fields), length + EndOfHead.Length);
    }

    internal static byte[] Response(string status, string? header = null, string text = "")
    {
        string extra = header is null ? "" : $"{header}\r\n";
        string type = text.Length == 0 ? "" : "Content-Type: text/plain\r\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\n{extra}{type}Content-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}");
    }

    /// <summary>Returns the values of the fields with this name.</summary>
    internal IEnumerable<string> Values(string name) =>
        Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    static List<KeyValuePair<string, string>>? ParseFields(string[] lines)
    {
        List<KeyValuePair<string, string>> fields = [];
        foreach (string line in lines)
        {
            string[] parts = line.Split(':', 2);
            if (parts.Length != 2 || !IsToken(parts[0]))
                return null;

            fields.Add(KeyValuePair.Create(parts[0], parts[1].Trim(' ', '\t')));
        }

        return fields;
    }

    static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_token);

    static ProxyLogin? ParseBasic(string encoded)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        if (!Convert.TryFromBase64String(encoded, decoded, out int length))
            return null;

        string[] parts = Encoding.UTF8.GetString(decoded.AsSpan(0, length)).Split(':', 2);
        return parts.Length == 2 ? new ProxyLogin(parts[0], parts[1]) : null;
    }
}
