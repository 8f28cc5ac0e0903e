using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>The IPv4 and IPv6 network of a link.</summary>
sealed record LinkNetworks(IPNetwork IPv4, IPNetwork IPv6)
{
    /// <summary>Networks in which a link cannot have addresses: this host, loopback, multicast, reserved, and link-local.</summary>
    static readonly IPNetwork[] s_special =
        [.. new[] { "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8" }.Select(network => IPNetwork.Parse(network))];

    /// <summary>Takes the networks from the options, or the default networks of the link with this number.</summary>
    internal static LinkNetworks For(int number, LabLinkOptions options) => new(
        options.IPv4Network ?? IPNetwork.Parse($"10.0.{number}.0/24"),
        options.IPv6Network ?? IPNetwork.Parse($"fd00:0:0:{number:x}::/64"));

    internal IPNetwork Of(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPv6 : IPv4;

    /// <summary>Gets the first or the second address of a network. The last two bits of a network's base address are zero.</summary>
    internal LabAddress AddressOf(int end, AddressFamily family)
    {
        IPNetwork network = Of(family);
        byte[] address = network.BaseAddress.GetAddressBytes();
        address[^1] += (byte)end;
        return new LabAddress(new IPAddress(address), network.PrefixLength);
    }

    /// <exception cref="ArgumentException">A network is not usable, or overlaps with a network of another link.</exception>
    internal void Check(string link, IReadOnlyCollection<LabLink> others, string parameter)
    {
        foreach (AddressFamily family in Families.Both)
        {
            if (FindProblem(link, family, others) is { } problem)
                throw new ArgumentException(problem, parameter);
        }
    }

    /// <summary>Finds the reason why a network cannot have addresses of a link; <c>null</c> if there is none.</summary>
    internal static IPNetwork? FindSpecial(IPNetwork network) =>
        Array.FindIndex(s_special, special => Overlap(network, special)) is >= 0 and var index ? s_special[index] : null;

    string? FindProblem(string link, AddressFamily family, IReadOnlyCollection<LabLink> others)
    {
        IPNetwork network = Of(family);
        if (network.BaseAddress.AddressFamily != family || network.BaseAddress.IsIPv4MappedToIPv6)
            return $"Link '{link}' has {network} as its network of family {family}.";

        int longestPrefix = network.BaseAddress.GetAddressBytes().Length * 8 - 2;
        if (network.PrefixLength > longestPrefix)
            return $"Link '{link}' needs two addresses, and {network} has no room for them. Use a prefix length of at most {longestPrefix}.";

        if (FindSpecial(network) is { } special)
            return $"Link '{link}' cannot use {network}: {special} is reserved.";

        LabLink? other = others.FirstOrDefault(other => Overlap(network, other.Networks.Of(family)));
        return other is null
            ? null
            : $"The addresses of link '{link}', {network}, overlap with the addresses of link '{other.Name}', {other.Networks.Of(family)}.";
    }

    static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);
}
