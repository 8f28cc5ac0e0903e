using System.Net;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>
/// What this process has learned of paths that drop SYNs with MPTCP. Connects in mode <see cref="MptcpMode.Preferred"/> use TCP there at
/// once, until the time has come to try MPTCP again.
/// </summary>
/// <remarks>
/// An entry is made only after a check: two MPTCP SYNs were lost while a TCP SYN was answered, and the kernel's repetition of them was lost, too. It lasts for
/// <c>net.mptcp.blackhole_timeout</c> (an hour on a kernel without it; 0 keeps nothing), doubled each time in a row up to 64 times that, as the
/// kernel's own memory does. All entries are forgotten when this machine's interfaces or IPv4 addresses change. At most 1,024 are kept. Empty off Linux.
/// </remarks>
public static class MptcpBlackholes
{
    /// <summary>Gets all destinations that are avoided at this moment.</summary>
    /// <returns>A snapshot.</returns>
    public static IReadOnlyList<MptcpBlackhole> GetAll() => BlackholeMemory.Shared.GetAll();

    /// <summary>Determines whether connects to a destination, over the default path, use TCP for now.</summary>
    /// <param name="remoteEndPoint">The address and port.</param>
    /// <returns><see langword="true"/> if MPTCP is not tried there for now; otherwise, <see langword="false"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    public static bool Contains(IPEndPoint remoteEndPoint)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        return BlackholeMemory.Shared.Find(remoteEndPoint, LocalPath.Default) == BlackholeSuspicion.Confirmed;
    }

    /// <summary>Forgets everything, so that the next connects try MPTCP again.</summary>
    public static void Clear() => BlackholeMemory.Shared.Clear();
}
