using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>
/// An address in HAProxy's form: <c>mptcp@10.0.0.1:443</c>, <c>mptcp4@db.example:8000-8010</c>, <c>tcp6@[::1]:80</c>, <c>:80</c>. The
/// prefix says the protocol and, with a 4 or 6, the IP version; without one it is TCP.
/// </summary>
/// <param name="IsMptcp">Whether it says <c>mptcp</c>.</param>
/// <param name="Family">The IP version that the prefix demands; unspecified if it demands none.</param>
/// <param name="Host">A name or an address; empty for <c>*</c> and where there is none.</param>
/// <param name="Ports">The port or ports.</param>
sealed record Address(bool IsMptcp, AddressFamily Family, string Host, PortRange Ports)
{
    /// <summary>Before the name of sockets that systemd has passed.</summary>
    internal const string Systemd = "systemd@";

    internal static Address Parse(string text)
    {
        string[] parts = text.Split('@');
        if (parts.Length > 2)
            throw new FormatException($"'{text}' has more than one @.");

        (bool isMptcp, AddressFamily family) = parts.Length == 1 ? (false, AddressFamily.Unspecified) : ParsePrefix(parts[0]);
        string hostAndPort = parts[^1];
        int colon = hostAndPort.LastIndexOf(':');
        if (colon < 0 || colon < hostAndPort.LastIndexOf(']'))
            throw new FormatException(WithoutPort(text, hostAndPort));

        string host = ParseHost(hostAndPort[..colon]);
        AddressFamily ofHost = IPAddress.TryParse(host, out IPAddress? address) ? address.AddressFamily : family;
        if (family != AddressFamily.Unspecified && family != ofHost)
            throw new FormatException($"'{host}' is not of the IP version that {parts[0]}@ demands.");

        return new Address(isMptcp, family, host, PortRange.Parse(hostAndPort[(colon + 1)..]));
    }

    /// <summary>
    /// To be bound. As with HAProxy, no host is every IPv4 address, and <c>[::]</c> every address, unless the prefix says IPv6.
    /// </summary>
    internal IPEndPoint ToListenEndPoint(int port) => Host switch
    {
        "" => new IPEndPoint(Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port),
        _ when IPAddress.TryParse(Host, out IPAddress? address) => new IPEndPoint(address, port),
        _ => throw new FormatException($"'{Host}' is a name: to listen, give an address, or * for all."),
    };

    /// <summary>To be connected to.</summary>
    internal EndPoint ToConnectEndPoint(int port)
    {
        if (Host.Length == 0)
            throw new FormatException($"The host is missing: write HOST:{port}.");

        if (port == 0)
            throw new FormatException("A server cannot have port 0.");

        return IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, port) : new DnsEndPoint(Host, port, Family);
    }

    static string WithoutPort(string text, string hostOrPort) => hostOrPort.Length > 0 && hostOrPort.All(char.IsAsciiDigit)
        ? $"'{text}' has no host: write it as 127.0.0.1:{hostOrPort}, or as :{hostOrPort} for every IPv4 address."
        : $"'{text}' has no port: write it as {hostOrPort}:PORT.";

    static (bool IsMptcp, AddressFamily Family) ParsePrefix(string prefix) => prefix switch
    {
        "mptcp" => (true, AddressFamily.Unspecified),
        "mptcp4" => (true, AddressFamily.InterNetwork),
        "mptcp6" => (true, AddressFamily.InterNetworkV6),
        "tcp" => (false, AddressFamily.Unspecified),
        "tcp4" => (false, AddressFamily.InterNetwork),
        "tcp6" => (false, AddressFamily.InterNetworkV6),
        _ => throw new FormatException($"'{prefix}@' must be mptcp@, mptcp4@, mptcp6@, tcp@, tcp4@ or tcp6@."),
    };

    static string ParseHost(string host)
    {
        if (host is "" or "*")
            return "";

        if (host[0] == '[' && host[^1] == ']')
        {
            return IPAddress.TryParse(host[1..^1], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? address.ToString()
                : throw new FormatException($"'{host}' is not an IPv6 address.");
        }

        if (host.Contains(':', StringComparison.Ordinal))
            throw new FormatException($"An IPv6 address must be in brackets: [{host}].");

        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4
            ? host
            : throw new FormatException($"'{host}' is neither a host name nor an address.");
    }
}
