using System.Net;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>
/// Lists the paths that drop SYNs with MPTCP, as far as this process has learned of them. On such a path, connects in mode
/// <see cref="MptcpMode.Preferred"/> use TCP at once, until MPTCP is tried again.
/// </summary>
/// <remarks>
/// An entry needs a check: two MPTCP SYNs were lost while a TCP SYN was answered, and so was the kernel's repetition of them. It lasts for
/// <c>net.mptcp.blackhole_timeout</c> (an hour on a kernel without it; 0 keeps nothing). Each further time in a row doubles that, up to 64
/// times, as in the kernel's own memory. All entries are removed when the interfaces or IPv4 addresses of this host change. At most 1,024
/// are kept. On systems other than Linux, there are none.
/// </remarks>
public static class MptcpBlackholes
{
    /// <summary>Gets all destinations at which MPTCP is avoided now.</summary>
    /// <example><code>foreach (MptcpBlackhole blackhole in MptcpBlackholes.GetAll()) Console.WriteLine(blackhole);</code></example>
    /// <returns>A snapshot.</returns>
    public static IReadOnlyList<MptcpBlackhole> GetAll() => BlackholeMemory.Shared.GetAll();

    /// <summary>Determines whether connects to a destination over the default path use TCP for now.</summary>
    /// <param name="remoteEndPoint">The address and port.</param>
    /// <returns><see langword="true"/> if MPTCP is not tried there for now; otherwise, <see langword="false"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    public static bool Contains(IPEndPoint remoteEndPoint)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        return BlackholeMemory.Shared.Find(remoteEndPoint, LocalPath.Default) == BlackholeSuspicion.Confirmed;
    }

    /// <summary>Removes all entries, so that the next connects try MPTCP again.</summary>
    public static void Clear() => BlackholeMemory.Shared.Clear();
}
