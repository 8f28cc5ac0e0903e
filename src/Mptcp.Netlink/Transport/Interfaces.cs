using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;
using Libc = Mptcp.Netlink.Interop.Libc;

namespace Mptcp.Netlink.Transport;

/// <summary>
/// Converts names of network interfaces to indexes and back, in the network namespace of a socket. .NET can do so only for the calling
/// thread (netdevice(7)).
/// </summary>
static unsafe class Interfaces
{
    /// <summary>Returns null if there is no such interface, or no longer.</summary>
    internal static string? FindName(SafeHandle socket, int index)
    {
        byte* request = stackalloc byte[ifreq.Size];
        new Span<byte>(request, ifreq.Size).Clear();
        *(int*)(request + ifreq.ifr_ifindex) = index;
        return Ask(socket, SIOCGIFNAME, request) ? Encoding.UTF8.GetString(Name(request)) : null;
    }

    /// <summary>Returns null if there is no such interface.</summary>
    internal static int? FindIndex(SafeHandle socket, string name)
    {
        byte* request = stackalloc byte[ifreq.Size];
        new Span<byte>(request, ifreq.Size).Clear();
        if (!Encoding.UTF8.TryGetBytes(name, new Span<byte>(request, IFNAMSIZ - 1), out _))
            return null;

        return Ask(socket, SIOCGIFINDEX, request) ? *(int*)(request + ifreq.ifr_ifindex) : null;
    }

    static bool Ask(SafeHandle socket, nuint what, byte* request)
    {
        if (Libc.ioctl(socket, what, request) == 0)
            return true;

        int errno = Marshal.GetLastPInvokeError();
        return errno is ENODEV or LinuxConstants.EINVAL ? false : throw Errno.ToException(errno);
    }

    static ReadOnlySpan<byte> Name(byte* request)
    {
        var name = new ReadOnlySpan<byte>(request + ifreq.ifr_name, IFNAMSIZ);
        return name.IndexOf((byte)0) is var end and >= 0 ? name[..end] : name;
    }
}
