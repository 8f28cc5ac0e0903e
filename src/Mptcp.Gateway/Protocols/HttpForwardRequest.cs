using System.Globalization;
using System.Net;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>
/// A request for a URL that begins with <c>http://</c> (RFC 9112, section 3.2.2). The server gets this one request, without the fields that
/// are for the proxy, and closes the connection after its answer. So no later request can reach the wrong server.
/// </summary>
/// <param name="Target">The server of the URL.</param>
/// <param name="Head">The head that the server gets.</param>
/// <param name="BodyLength">The number of bytes that follow the head.</param>
sealed record HttpForwardRequest(EndPoint Target, byte[] Head, long BodyLength) : HttpRequest(Target)
{
    const string Scheme = "http://";
    const string Host = "Host", Connection = "Connection", Length = "Content-Length", TransferEncoding = "Transfer-Encoding";
    const string MaxForwards = "Max-Forwards", Options = "OPTIONS", Trace = "TRACE";
    const int DefaultPort = 80;

    /// <summary>Fields that end at the proxy, and fields that the gateway writes itself.</summary>
    static readonly string[] s_dropped =
        [Host, Connection, Length, "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "Upgrade"];

    internal override byte[] Connected => [];

    internal override ReadOnlyMemory<byte> ToServer => Head;

    internal override bool HasOneAnswer => true;

    internal override long MostFromClient => BodyLength;

    /// <exception cref="RefusedException">
    /// The target is not such a URL, the length of the body is not known, or the request may not be forwarded.
    /// </exception>
    internal static HttpForwardRequest Create(HttpHead head)
    {
        if (!head.Target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            const string text = "This is a proxy. It serves URLs that begin with http://, and CONNECT for all others.\n";
            throw Refuse("It asks for something other than CONNECT or a URL that begins with http://.", text: text);
        }

        if (head.Values(TransferEncoding).Any())
            throw Refuse("The length of its HTTP body is not known.", "411 Length Required", $"This proxy needs {Length}.\n");

        string url = head.Target[Scheme.Length..];
        int end = url.AsSpan().IndexOfAny("/?#") is var index and >= 0 ? index : url.Length;
        string authority = url[..end], rest = url[end..].Split('#')[0];
        EndPoint target = ParseAuthority(authority, DefaultPort) ?? throw Refuse("The URL of its HTTP request is malformed.");
        long? length = ParseNumber(head, Length), forwards = head.Method is Options or Trace ? ParseNumber(head, MaxForwards) : null;
        return forwards != 0
            ? new HttpForwardRequest(target, Write(head, authority, rest, length, forwards - 1), length ?? 0)
            : throw Refuse($"Its {MaxForwards} is 0.", "501 Not Implemented", $"This proxy only forwards, and {MaxForwards} is 0.\n");
    }

    static byte[] Write(HttpHead head, string authority, string rest, long? length, long? maxForwards)
    {
        HashSet<string> dropped = new(s_dropped, StringComparer.OrdinalIgnoreCase);
        if (maxForwards is not null)
            dropped.Add(MaxForwards);

        foreach (string value in head.Values(Connection))
            dropped.UnionWith(value.Split(',', StringSplitOptions.TrimEntries));

        string path = rest.Length == 0 && head.Method == Options ? "*" : rest.StartsWith('/') ? rest : $"/{rest}"; // RFC 9112, section 3.2.4
        var text = new StringBuilder($"{head.Method} {path} {head.Version}\r\n{Host}: {authority}\r\n");
        foreach ((string name, string value) in head.Fields.Where(field => !dropped.Contains(field.Key)))
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");

        if (length is not null)
            text.Append(CultureInfo.InvariantCulture, $"{Length}: {length}\r\n");

        if (maxForwards is not null)
            text.Append(CultureInfo.InvariantCulture, $"{MaxForwards}: {maxForwards}\r\n");

        text.Append(CultureInfo.InvariantCulture, $"Via: {head.Version[^3..]} mptcp-gateway\r\n{Connection}: close\r\n\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The same number several times is one; <see langword="null"/> if there is no field.</summary>
    static long? ParseNumber(HttpHead head, string name) => head.Values(name).Distinct(StringComparer.Ordinal).ToArray() switch
    {
        [] => null,
        [var value] when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
        _ => throw Refuse($"Its HTTP request has a malformed {name}."),
    };
}
