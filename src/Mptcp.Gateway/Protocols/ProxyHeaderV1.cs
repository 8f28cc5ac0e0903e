using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>Version 1 of the PROXY protocol: a line of text, such as <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>.</summary>
static class ProxyHeaderV1
{
    const int Longest = 107; // with its end of line

    static ReadOnlySpan<byte> Start => "PROXY "u8;

    static ReadOnlySpan<byte> EndOfLine => "\r\n"u8;

    internal static Parsed<ProxyHeader> Parse(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Start.Length);
        if (!bytes[..compared].SequenceEqual(Start[..compared]))
            return Parsed<ProxyHeader>.Invalid("It is not a PROXY header.");

        int length = bytes[..Math.Min(bytes.Length, Longest)].IndexOf(EndOfLine);
        if (length < 0)
        {
            return bytes.Length < Longest
                ? Parsed<ProxyHeader>.Incomplete
                : Parsed<ProxyHeader>.Invalid($"The PROXY header has no end within {Longest} bytes.");
        }

        return ParseLine(bytes[..length]) is { } header
            ? Parsed<ProxyHeader>.Complete(header, length + EndOfLine.Length)
            : Parsed<ProxyHeader>.Invalid("The PROXY header of version 1 is malformed.");
    }

    internal static byte[] Write(ProxyHeader header)
    {
        if (header is not { Source: { } source, Destination: { } destination })
            return "PROXY UNKNOWN\r\n"u8.ToArray();

        string protocol = source.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        string addresses = $"{Text(source.Address)} {Text(destination.Address)}";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"PROXY {protocol} {addresses} {source.Port} {destination.Port}\r\n"));
    }

    static ProxyHeader? ParseLine(ReadOnlySpan<byte> line)
    {
        string[] parts = Encoding.ASCII.GetString(line).Split(' ');
        if (parts.Length >= 2 && parts[1] == "UNKNOWN")
            return ProxyHeader.Unknown; // whatever follows is ignored

        AddressFamily? family = parts.Length != 6 ? null : parts[1] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => null,
        };
        if (family is not { } given || Address(parts[2], given) is not { } from || Address(parts[3], given) is not { } to)
            return null;

        return Port(parts[4]) is { } fromPort && Port(parts[5]) is { } toPort
            ? new ProxyHeader(new IPEndPoint(from, fromPort), new IPEndPoint(to, toPort), default)
            : null;
    }

    /// <summary>An IPv4 address has one spelling only: .NET would also take 1 for 0.0.0.1, and 010 for 8.</summary>
    static IPAddress? Address(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == family
            && (family == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '[', ']'))
            ? address
            : null;

    static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
        && port <= IPEndPoint.MaxPort
        && (text[0] != '0' || text.Length == 1)
            ? port
            : null;

    static string Text(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress(address.GetAddressBytes()).ToString() // without a scope
            : address.ToString();
}
