using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>A descriptor that this process was started with. It is inspected, and stays unchanged until it is taken. Linux only.</summary>
/// <param name="Descriptor">The number of the descriptor.</param>
/// <param name="Name">The name of the descriptor.</param>
/// <param name="Family">IPv4 or IPv6.</param>
sealed record InheritedSocket(int Descriptor, string Name, AddressFamily Family)
{
    /// <summary>Checks that the descriptor is a socket that listens for TCP or MPTCP. If not, the exception says what it is.</summary>
    internal static InheritedSocket Check(int descriptor, string name)
    {
        if (!TryRead(descriptor, SO_TYPE, out int type, out int errno))
        {
            throw Unfit(descriptor, name, errno switch
            {
                EBADF => "is not open",
                ENOTSOCK => $"is not a socket but {Path(descriptor)}",
                _ => $"cannot be asked what it is: {Errno.ToException(errno).Message}",
            });
        }

        int domain = Read(descriptor, SO_DOMAIN);
        if (domain is not (AF_INET or AF_INET6))
            throw Unfit(descriptor, name, domain == AF_UNIX ? "is a Unix socket" : $"is a socket of address family {domain}");

        int protocol = Read(descriptor, SO_PROTOCOL);
        if (type != SOCK_STREAM || protocol is not (IPPROTO_TCP or IPPROTO_MPTCP))
            throw Unfit(descriptor, name, $"is a socket of type {type} and protocol {protocol}");

        if (Read(descriptor, SO_ACCEPTCONN) == 0)
            throw Unfit(descriptor, name, "is a socket that does not listen (with systemd, Accept=yes hands over a connection instead)");

        return new InheritedSocket(descriptor, name, domain == AF_INET6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    /// <summary>Returns an ordinary socket with a new descriptor. This descriptor stays open until <see cref="Close"/>.</summary>
    internal Socket ToSocket()
    {
        using NativeSocket copy = NativeSocket.Duplicate(Descriptor);
        return Graft.IntoListenSocket(copy, Family);
    }

    internal void Close() => _ = Libc.close(Descriptor); // Linux has freed it even where close reports an error: close(2)

    static InvalidOperationException Unfit(int descriptor, string name, string what) => new(
        $"Descriptor {descriptor} ('{name}') {what}. It must be an IPv4 or IPv6 socket that listens for TCP or MPTCP; "
        + "if other sockets are passed, too, take these by their name.");

    /// <summary>Returns a path, or a text such as <c>pipe:[4711]</c>.</summary>
    static string Path(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? "something else";

    static int Read(int descriptor, int option) =>
        TryRead(descriptor, option, out int value, out int errno) ? value : throw Errno.ToException(errno);

    static bool TryRead(int descriptor, int option, out int value, out int errno)
    {
        bool isRead = NativeOption.TryRead(descriptor, SOL_SOCKET, option, out value);
        errno = isRead ? 0 : Marshal.GetLastPInvokeError();
        return isRead;
    }
}
