using System.Net;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>
/// What this process has learned of paths that drop SYNs carrying Multipath TCP. A connect in mode <see cref="MptcpMode.Preferred"/> to such a
/// destination goes over TCP at once, until the time has come to try again: after <c>net.mptcp.blackhole_timeout</c> (an hour where
/// the kernel does not have it; 0 keeps nothing), doubled each time in a row up to 64 times that, as the kernel's own memory expires. At most
/// 1,024 destinations are kept. Empty off Linux.
/// </summary>
public static class MptcpBlackholes
{
    /// <summary>All destinations that are avoided at this moment.</summary>
    /// <returns>A snapshot.</returns>
    public static IReadOnlyList<MptcpBlackhole> GetAll() => BlackholeMemory.GetAll();

    /// <summary>Whether connects to a destination go over TCP for now.</summary>
    /// <param name="remoteEndPoint">The address and port.</param>
    /// <returns>True if Multipath TCP is not tried there for now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    public static bool Contains(IPEndPoint remoteEndPoint)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        return BlackholeMemory.Contains(remoteEndPoint);
    }

    /// <summary>Forgets everything, so that the next connects try Multipath TCP again; for when the network has changed.</summary>
    public static void Clear() => BlackholeMemory.Clear();
}
