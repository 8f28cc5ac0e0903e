using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>Destinations: <c>*.example.com:443</c>, <c>10.0.0.0/8</c>, <c>[::1]:22</c>, <c>*:25</c>.</summary>
/// <param name="Name">
/// A name, or <c>.example.com</c> for all below it; <see langword="null"/> for every name or if there is a network.
/// </param>
/// <param name="Network">A network; <see langword="null"/> for every address or if there is a name.</param>
/// <param name="Ports">The ports; <see langword="null"/> for all.</param>
sealed record DestinationRule(string? Name, IPNetwork? Network, PortRange? Ports)
{
    internal static DestinationRule Parse(string text)
    {
        (string host, PortRange? ports) = Split(text);
        if (host == "*")
            return new DestinationRule(null, null, ports);

        if (host.StartsWith("*.", StringComparison.Ordinal) && Uri.CheckHostName(host[2..]) == UriHostNameType.Dns)
            return new DestinationRule(host[1..], null, ports);

        if (TryParseNetwork(host, out IPNetwork network))
            return new DestinationRule(null, network, ports);

        return Uri.CheckHostName(host) == UriHostNameType.Dns
            ? new DestinationRule(host, null, ports)
            : throw new FormatException($"'{text}' is not a destination. Write it like *.example.com:443, 10.0.0.0/8 or [::1]:22.");
    }

    /// <summary>An address, or a network such as 10.0.0.0/8.</summary>
    internal static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        string[] parts = text.Split('/');
        if (!IPAddress.TryParse(parts[0], out IPAddress? address))
            return false;

        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != parts[0])
            return false; // .NET takes 10.1 for 10.0.0.1

        if (parts.Length > 1)
            return IPNetwork.TryParse(text, out network);

        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    internal bool Matches(string? name, IPAddress? address, int port)
    {
        if (Ports is { } ports && (port < ports.First || port > ports.Last))
            return false;

        if (Network is { } network)
            return address is not null && network.Contains(address);

        return Name is null || (name is not null && MatchesName(name.TrimEnd('.')));
    }

    bool MatchesName(string name) =>
        Name!.StartsWith('.')
            ? name.EndsWith(Name, StringComparison.OrdinalIgnoreCase)
            : name.Equals(Name, StringComparison.OrdinalIgnoreCase);

    static (string Host, PortRange? Ports) Split(string text)
    {
        int bracket = text.IndexOf(']', StringComparison.Ordinal);
        if (text.StartsWith('[') && bracket > 0)
        {
            string rest = text[(bracket + 1)..];
            int portsAt = rest.IndexOf(':', StringComparison.Ordinal);
            string length = portsAt < 0 ? rest : rest[..portsAt];
            return (text[1..bracket] + length, portsAt < 0 ? null : PortRange.Parse(rest[(portsAt + 1)..]));
        }

        string[] parts = text.Split(':');
        return parts.Length == 2 ? (parts[0], PortRange.Parse(parts[1])) : (text, null); // several colons are an IPv6 address
    }
}
