using System.IO.Enumeration;

namespace Mptcp.Netlink;

/// <summary>
/// Which network interfaces are to carry paths, by patterns of their names, in which <c>*</c> stands for any characters and <c>?</c> for one. Case counts, as it does in
/// the names. Interfaces that are down, and loopback, never do.
/// </summary>
public sealed class MptcpInterfaceSelection
{
    const int LongestName = 16; // IFNAMSIZ, with the zero at its end

    /// <summary>What programs make for containers and virtual machines on this host: no way to anywhere by themselves.</summary>
    static readonly string[] s_virtual =
        ["docker*", "br-*", "virbr*", "veth*", "vnet*", "lxc*", "lxdbr*", "podman*", "cni*", "cali*", "flannel*", "cilium*", "dummy*", "ifb*"];

    /// <summary>
    /// These, and no others. Empty, the default: all but those that container and virtual machine programs make for themselves: docker*, br-*, virbr*, veth*, vnet*, lxc*,
    /// lxdbr*, podman*, cni*, cali*, flannel*, cilium*, dummy*, ifb*.
    /// </summary>
    public IList<string> Allow { get; } = [];

    /// <summary>Not these, whatever <see cref="Allow"/> says. Default: empty.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>
    /// These cost money by the byte, such as <c>wwan*</c>: paths over them are backups, used when no other is left. Default: empty, since nothing tells which do.
    /// </summary>
    public IList<string> Metered { get; } = [];

    /// <summary>Whether an interface is to carry paths.</summary>
    /// <param name="interfaceName">Its name.</param>
    public bool IsAllowed(string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        return (Allow.Count > 0 ? Matches(Allow, interfaceName) : !Matches(s_virtual, interfaceName)) && !Matches(Deny, interfaceName);
    }

    /// <summary>Whether paths over an interface are to be backups.</summary>
    /// <param name="interfaceName">Its name.</param>
    public bool IsMetered(string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        return Matches(Metered, interfaceName);
    }

    /// <summary>Finds what is wrong with the patterns.</summary>
    internal IEnumerable<string> FindProblems() => List(nameof(Allow), Allow).Concat(List(nameof(Deny), Deny)).Concat(List(nameof(Metered), Metered))
        .Select(entry => FindProblem($"Interfaces:{entry.Key}", entry.Pattern)).OfType<string>();

    /// <summary>Finds patterns that are expected to match, each with its key in the configuration.</summary>
    internal IEnumerable<(string Key, string Pattern)> FindExpected() =>
        List(nameof(Allow), Allow).Concat(List(nameof(Metered), Metered)).Select(entry => ($"Interfaces:{entry.Key}", entry.Pattern));

    /// <summary>Says why no interface can ever have a name that the pattern matches; <see langword="null"/> if one can.</summary>
    internal static string? FindProblem(string key, string pattern) =>
        string.IsNullOrWhiteSpace(pattern) ? $"{key} is empty: write the name of an interface, or a pattern with * and ?, such as 'eth*'."
        : pattern.Any(c => char.IsWhiteSpace(c) || c is '/') || pattern.Count(c => c != '*') >= LongestName
            ? $"{key} is '{pattern}', which matches no name of an interface: names have up to {LongestName - 1} characters, without spaces and slashes."
        : null;

    internal static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    static IEnumerable<(string Key, string Pattern)> List(string name, IEnumerable<string> patterns) => patterns.Select((pattern, i) => ($"{name}:{i}", pattern));

    static bool Matches(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));
}
