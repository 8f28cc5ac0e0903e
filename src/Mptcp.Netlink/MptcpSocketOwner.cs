using System.Globalization;
using Mptcp.Netlink.Diagnostics;

namespace Mptcp.Netlink;

/// <summary>A process that has a socket open.</summary>
/// <param name="ProcessId">The id of the process.</param>
/// <param name="Name">The name of the process, limited to 15 bytes.</param>
public sealed record MptcpSocketOwner(int ProcessId, string Name)
{
    /// <summary>
    /// Finds the processes of sockets, as <c>ss -p</c> does. Root finds all processes; other users find only their own.
    /// </summary>
    /// <param name="inodes">The inodes of the sockets. See <see cref="MptcpConnection.Inode"/>.</param>
    /// <returns>The owners by inode. If several processes share a socket, one of them.</returns>
    public static IReadOnlyDictionary<long, MptcpSocketOwner> Find(IEnumerable<long> inodes)
    {
        ArgumentNullException.ThrowIfNull(inodes);
        HashSet<long> wanted = [.. inodes.Where(inode => inode != 0)];
        var owners = new Dictionary<long, MptcpSocketOwner>();
        foreach ((int processId, string directory) in wanted.Count == 0 ? [] : Proc.Processes())
        {
            foreach (string file in Proc.List($"{directory}/fd"))
            {
                if (Proc.TryReadLink(file) is { } link && TryParse(link, out long inode)
                    && wanted.Contains(inode) && Proc.TryReadName(directory) is { } name)
                    owners.TryAdd(inode, new MptcpSocketOwner(processId, name));
            }
        }

        return owners;
    }

    /// <summary>Parses "socket:[262144]".</summary>
    static bool TryParse(string link, out long inode)
    {
        const string before = "socket:[";
        int start = link.IndexOf(before, StringComparison.Ordinal); // .NET turns the link into a path
        inode = 0;
        return start >= 0
            && link.EndsWith(']')
            && long.TryParse(link.AsSpan()[(start + before.Length)..^1], CultureInfo.InvariantCulture, out inode);
    }
}
