using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// Which hosts there are and what connects them. Everything is checked as it is added, and nothing is made before
/// <see cref="LabNetwork.Create(LabTopology)"/>; one topology can be made any number of times.
/// </summary>
public sealed class LabTopology
{
    const int LongestName = 15; // IFNAMSIZ in linux/if.h, without the terminating zero
    const int MostLinks = 127; // so that the endpoints of each have ids of their own: at most 255, of both families
    const double SlowestRate = 0.01, FastestRate = 10_000;

    static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Where no link's addresses can be: this host itself, loopback, multicast, reserved; link-local, which needs to be told the link each time.</summary>
    static readonly IPNetwork[] s_special =
        [.. new[] { "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8" }.Select(network => IPNetwork.Parse(network))];

    readonly List<string> _hosts = [];
    readonly List<LinkPlan> _links = [];

    internal IReadOnlyList<string> Hosts => _hosts;

    internal IReadOnlyList<LinkPlan> Links => _links;

    /// <summary>Adds a host.</summary>
    /// <param name="name">Up to 15 letters, digits, '-' and '_', which no other host has.</param>
    /// <exception cref="ArgumentException">The name is none, or another host has it.</exception>
    public LabTopology AddHost(string name)
    {
        CheckName(name, nameof(name));
        if (_hosts.Contains(name))
            throw new ArgumentException($"There are two hosts '{name}': each needs a name of its own.", nameof(name));

        _hosts.Add(name);
        return this;
    }

    /// <summary>Connects two hosts. The network device has the link's name at both ends.</summary>
    /// <param name="name">Up to 15 letters, digits, '-' and '_', which no other link has.</param>
    /// <param name="firstHost">A host that was added before.</param>
    /// <param name="secondHost">Another one.</param>
    /// <param name="options">How the link is; by default unshaped, with addresses of its own.</param>
    /// <exception cref="ArgumentException">
    /// The name is none, or another link has it; a host is unknown; a network is of the wrong family, too small for two addresses, or overlaps with
    /// another link's or with addresses that have a meaning of their own, such as loopback.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not between 0.01 and 10,000 megabits per second.</exception>
    public LabTopology AddLink(string name, string firstHost, string secondHost, LabLinkOptions? options = null)
    {
        options ??= new LabLinkOptions();
        CheckName(name, nameof(name));
        if (name is "lo" or "all" or "default")
            throw new ArgumentException($"A link cannot be called '{name}': the kernel has a meaning for that.", nameof(name));

        if (_links.Any(link => link.Name == name))
            throw new ArgumentException($"There are two links '{name}': each needs a name of its own.", nameof(name));

        CheckHost(firstHost, name, nameof(firstHost));
        CheckHost(secondHost, name, nameof(secondHost));
        if (firstHost == secondHost)
            throw new ArgumentException($"Link '{name}' would connect host '{firstHost}' with itself.", nameof(secondHost));

        if (options.MegabitsPerSecond is { } rate && !(rate is >= SlowestRate and <= FastestRate))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), rate, $"The rate of link '{name}' must be between {SlowestRate} and {FastestRate} megabits per second, or null.");
        }

        int number = _links.Count + 1;
        if (number > MostLinks)
            throw new ArgumentException($"Link '{name}' is one too many: there can be {MostLinks}.", nameof(name));

        var plan = new LinkPlan(
            number,
            name,
            firstHost,
            secondHost,
            options.MegabitsPerSecond,
            options.IPv4Network ?? IPNetwork.Parse($"10.0.{number}.0/24"),
            options.IPv6Network ?? IPNetwork.Parse($"fd00:0:0:{number:x}::/64"));
        if ((FindProblem(plan, AddressFamily.InterNetwork) ?? FindProblem(plan, AddressFamily.InterNetworkV6)) is { } problem)
            throw new ArgumentException(problem, nameof(options));

        _links.Add(plan);
        return this;
    }

    static void CheckName(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (name.Length is 0 or > LongestName || name[0] == '-' || name.AsSpan().ContainsAnyExcept(s_nameCharacters))
        {
            throw new ArgumentException(
                $"'{name}' is no name: it must be 1 to {LongestName} letters, digits, '-' and '_', and not begin with '-'.", parameter);
        }
    }

    void CheckHost(string host, string link, string parameter)
    {
        ArgumentNullException.ThrowIfNull(host, parameter);
        if (!_hosts.Contains(host))
            throw new ArgumentException($"Link '{link}' would connect host '{host}', which was not added.", parameter);
    }

    string? FindProblem(LinkPlan plan, AddressFamily family)
    {
        IPNetwork network = plan.NetworkOf(family);
        if (network.BaseAddress.AddressFamily != family || network.BaseAddress.IsIPv4MappedToIPv6)
            return $"Link '{plan.Name}' has {network} as its network of family {family}.";

        int longestPrefix = network.BaseAddress.GetAddressBytes().Length * 8 - 2;
        if (network.PrefixLength > longestPrefix)
            return $"Link '{plan.Name}' needs two addresses, and {network} has no room for them: a prefix of at most {longestPrefix} has.";

        foreach (IPNetwork special in s_special)
        {
            if (Overlap(network, special))
                return $"Link '{plan.Name}' cannot have {network}: addresses of {special} have a meaning of their own.";
        }

        LinkPlan? other = _links.Find(link => Overlap(network, link.NetworkOf(family)));
        return other is null
            ? null
            : $"The addresses of link '{plan.Name}', {network}, overlap with those of link '{other.Name}', {other.NetworkOf(family)}.";
    }

    static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);
}
