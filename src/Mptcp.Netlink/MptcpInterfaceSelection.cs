using System.IO.Enumeration;

namespace Mptcp.Netlink;

/// <summary>
/// Selects network interfaces by patterns for their names: <c>*</c> stands for any characters and <c>?</c> for one. Patterns are
/// case-sensitive. Interfaces that are down, and loopback, are never selected. The type is thread-safe while nobody changes its patterns.
/// </summary>
public sealed class MptcpInterfaceSelection
{
    const int LongestName = 16; // IFNAMSIZ, with the zero at its end

    /// <summary>
    /// The interfaces that programs create for containers and virtual machines on this host. They lead nowhere by themselves.
    /// </summary>
    static readonly string[] s_virtual =
    [
        "docker*", "br-*", "virbr*", "veth*", "vnet*", "lxc*", "lxdbr*", "podman*", "cni*", "cali*", "flannel*", "cilium*",
        "dummy*", "ifb*",
    ];

    /// <summary>
    /// Gets the patterns of the interfaces to select. The default is empty: all interfaces, except those that programs create for
    /// containers and virtual machines: docker*, br-*, virbr*, veth*, vnet*, lxc*, lxdbr*, podman*, cni*, cali*, flannel*, cilium*, dummy*,
    /// ifb*.
    /// </summary>
    public IList<string> Allow { get; } = [];

    /// <summary>
    /// Gets the patterns of interfaces that are not selected, even if <see cref="Allow"/> selects them. The default is empty.
    /// </summary>
    public IList<string> Deny { get; } = [];

    /// <summary>
    /// Gets the patterns of metered interfaces, such as <c>wwan*</c>: paths over them are backups, used if no other path works. The default
    /// is empty, because nothing identifies them.
    /// </summary>
    public IList<string> Metered { get; } = [];

    /// <summary>Returns whether an interface is selected.</summary>
    /// <param name="interfaceName">The name of the interface.</param>
    public bool IsAllowed(string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        return (Allow.Count > 0 ? Matches(Allow, interfaceName) : !Matches(s_virtual, interfaceName)) && !Matches(Deny, interfaceName);
    }

    /// <summary>Returns whether an interface is metered, so that paths over it are backups.</summary>
    /// <param name="interfaceName">The name of the interface.</param>
    public bool IsMetered(string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        return Matches(Metered, interfaceName);
    }

    /// <summary>Finds what is wrong with the patterns.</summary>
    internal IEnumerable<string> FindProblems() =>
        List(nameof(Allow), Allow).Concat(List(nameof(Deny), Deny)).Concat(List(nameof(Metered), Metered))
        .Select(entry => FindProblem($"Interfaces:{entry.Key}", entry.Pattern)).OfType<string>();

    /// <summary>Finds patterns that are expected to match, each with its key in the configuration.</summary>
    internal IEnumerable<(string Key, string Pattern)> FindExpected() =>
        List(nameof(Allow), Allow).Concat(List(nameof(Metered), Metered)).Select(entry => ($"Interfaces:{entry.Key}", entry.Pattern));

    /// <summary>Says why no interface can ever have a name that the pattern matches; <see langword="null"/> if one can.</summary>
    internal static string? FindProblem(string key, string pattern) =>
        string.IsNullOrWhiteSpace(pattern) ? $"{key} is empty: write the name of an interface, or a pattern with * and ?, such as 'eth*'."
        : pattern.Any(c => char.IsWhiteSpace(c) || c is '/') || pattern.Count(c => c != '*') >= LongestName
            ? $"{key} is '{pattern}', which matches no name of an interface: "
                + $"names have up to {LongestName - 1} characters, without spaces and slashes."
        : null;

    internal static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    static IEnumerable<(string Key, string Pattern)> List(string name, IEnumerable<string> patterns) =>
        patterns.Select((pattern, i) => ($"{name}:{i}", pattern));

    static bool Matches(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));
}
