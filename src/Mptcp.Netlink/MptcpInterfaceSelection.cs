using System.IO.Enumeration;

namespace Mptcp.Netlink;

/// <summary>
/// Which network interfaces are to carry paths, by patterns of their names, in which <c>*</c> stands for any characters and <c>?</c> for one. Case counts, as it does in
/// the names. Interfaces that are down, and loopback, never do.
/// </summary>
public sealed class MptcpInterfaceSelection
{
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

    /// <summary>What is wrong with it, or null.</summary>
    internal string? FindProblem() => Allow.Concat(Deny).Concat(Metered).Any(string.IsNullOrWhiteSpace)
        ? "A pattern of interface names is empty: write a name, or one with * and ?, such as 'eth*'."
        : null;

    internal static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    static bool Matches(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));
}
