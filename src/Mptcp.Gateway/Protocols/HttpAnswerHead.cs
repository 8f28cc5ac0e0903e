using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>
/// The head of a server's answer, as the client gets it. The gateway serves one request on each connection, so the answer says
/// <c>Connection: close</c> (RFC 9112, section 9.6), even if the server does not. Everything else stays as it is.
/// </summary>
/// <param name="ToClient">The bytes for the client.</param>
/// <param name="IsInterim">Whether another head follows (RFC 9110, section 15.2).</param>
sealed record HttpAnswerHead(byte[] ToClient, bool IsInterim)
{
    const string Connection = "Connection", SwitchingProtocols = "101";
    const int Status = 9, StatusLength = 3; // HTTP/1.1 200

    static readonly string[] s_dropped = [Connection, "Keep-Alive", "Proxy-Connection"];

    /// <summary>Fields that say where the body ends. No value of <c>Connection</c> removes them.</summary>
    static readonly string[] s_framing = ["Content-Length", "Transfer-Encoding"];

    static ReadOnlySpan<byte> Start => "HTTP/1."u8;

    /// <summary>Reads a head to its end. Its lines may end without a carriage return (RFC 9112, section 2.2).</summary>
    internal static Parsed<HttpAnswerHead> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Start) && !Start.StartsWith(bytes))
            return Parsed<HttpAnswerHead>.Invalid("It is not an answer of HTTP/1.");

        int length = FindEnd(bytes);
        if (length < 0)
            return Parsed<HttpAnswerHead>.Incomplete;

        string[] lines = Encoding.Latin1.GetString(bytes[..length]).Split('\n')[..^2]; // without the empty line
        string status = lines[0].Length >= Status + StatusLength ? lines[0][Status..(Status + StatusLength)] : "";
        bool isInterim = status.StartsWith('1') && status != SwitchingProtocols;
        return Parsed<HttpAnswerHead>.Complete(new HttpAnswerHead(isInterim ? bytes[..length].ToArray() : Close(lines), isInterim), length);
    }

    static byte[] Close(string[] lines)
    {
        HashSet<string> dropped = new(s_dropped, StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Where(line => Name(line).Equals(Connection, StringComparison.OrdinalIgnoreCase)))
            dropped.UnionWith(line[(line.IndexOf(':') + 1)..].Split(',', StringSplitOptions.TrimEntries));

        dropped.ExceptWith(s_framing);
        StringBuilder text = new StringBuilder(lines[0]).Append('\n');
        bool isDropped = false;
        foreach (string line in lines.Skip(1))
        {
            if (!line.StartsWith(' ') && !line.StartsWith('\t')) // else the line continues the field before it
                isDropped = dropped.Contains(Name(line));

            if (!isDropped)
                text.Append(line).Append('\n');
        }

        return Encoding.Latin1.GetBytes(text.Append(Connection).Append(": close\r\n\r\n").ToString());
    }

    static string Name(string line) => line.Split(':')[0].TrimEnd();

    static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        for (int end = 0; bytes[end..].IndexOf((byte)'\n') is >= 0 and var next;)
        {
            end += next + 1;
            if (bytes[end..].StartsWith("\n"u8))
                return end + 1;

            if (bytes[end..].StartsWith("\r\n"u8))
                return end + 2;
        }

        return -1;
    }
}
