using System.Buffers;

namespace Mptcp.Lab;

/// <summary>Checks the names of hosts, links and interfaces. The name of a link is also the name of its network devices.</summary>
static class LabNames
{
    const int LongestName = 15; // IFNAMSIZ in linux/if.h, without the terminating zero

    static readonly SearchValues<char> s_characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    internal static void Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (name.Length is 0 or > LongestName || name[0] == '-' || name.AsSpan().ContainsAnyExcept(s_characters))
        {
            throw new ArgumentException(
                $"'{name}' is not a valid name. Use 1 to {LongestName} letters, digits, '-' and '_', and do not begin with '-'.", parameter);
        }
    }

    /// <summary>Checks the name of a network device.</summary>
    internal static void CheckDevice(string name, string parameter)
    {
        Check(name, parameter);
        if (name is "lo" or "all" or "default")
            throw new ArgumentException($"A link or interface cannot have the name '{name}': the kernel reserves it.", parameter);
    }
}
