using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Makes a kernel socket that .NET refuses to open an ordinary <see cref="Socket"/>.
/// </summary>
/// <remarks>
/// .NET refuses protocol 262, and treats a wrapped handle as one of a protocol it does not know: no SO_REUSEADDR on bind, no accepting
/// into it, ExclusiveAddressUse throws, and after a failed connect it spins for ever in Dispose. So .NET makes the TCP socket that it
/// knows, and the kernel's Multipath TCP socket is put under the same descriptor with dup3. That is safe only before the descriptor was
/// bound, connected, or registered with .NET's epoll, which happens at the first asynchronous wait.
/// Where a future .NET does not allow it (<see cref="GraftCheck"/>), sockets are wrapped after all, in the least harmful way.
/// </remarks>
static class Graft
{
    static readonly Lazy<bool> s_isAllowed = new(GraftCheck.Passes, LazyThreadSafetyMode.PublicationOnly); // a failure, such as EMFILE, is not kept

    /// <summary>For tests: makes every socket of this process a wrapped one, as on a runtime that does not allow the graft.</summary>
    internal static bool ForceWrapping { get; set; }

    /// <remarks>With the kill switch on, no Multipath TCP socket may be made to find out; and only inherited ones are left to graft.</remarks>
    internal static bool IsAllowed => !ForceWrapping && (IsKnownToBeAllowed || KillSwitch.IsOn || s_isAllowed.Value);

    /// <summary>To look at the kill switch takes longer, and whoever makes a socket has just done so.</summary>
    static bool IsKnownToBeAllowed => s_isAllowed is { IsValueCreated: true, Value: true };

    /// <summary>A new socket over <paramref name="native"/>: IPv6 only if it is IPv6, as .NET makes them.</summary>
    internal static Socket IntoNewSocket(NativeSocket native, AddressFamily family) =>
        IsAllowed ? IntoNewSocketUnchecked(native, family) : Wrap(native, family);

    /// <summary>For <see cref="GraftCheck"/>, which <see cref="IsAllowed"/> waits for.</summary>
    internal static Socket IntoNewSocketUnchecked(NativeSocket native, AddressFamily family)
    {
        Socket socket = SocketFactory.CreateTcp(family);
        try
        {
            MatchIPv6Only(native, family);
            PutUnder(socket.SafeHandle, native);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="IntoNewSocket"/>, for a socket that a program may connect by name through .NET's own code: when an address refuses,
    /// .NET may replace this one by a TCP socket and go on to the next. It does so only for a descriptor it has never handed out, which
    /// asking a socket for its handle counts as; so here the handle comes first. The price: .NET takes the new socket for bound.
    /// </summary>
    /// <param name="native">The kernel's socket.</param>
    /// <param name="family">Its family.</param>
    /// <param name="spare">A fresh TCP socket of that family, which the caller needs no more: sharing that is cheaper than making another.</param>
    internal static Socket IntoReplaceableSocket(NativeSocket native, AddressFamily family, Socket? spare = null)
    {
        if (!IsAllowed)
            return Wrap(native, family);

        using NativeSocket tcp = spare is null ? NativeSocket.OpenTcp(family) : NativeSocket.Duplicate(spare.SafeHandle);
        MatchIPv6Only(native, family);
        return IntoSocketTakenForBound(native, tcp);
    }

    /// <summary>A socket over one that listens already, and goes on to with the same backlog.</summary>
    internal static Socket IntoListenSocket(NativeSocket native, AddressFamily family)
    {
        native.MakeBlocking();
        if (!IsAllowed)
            return KeepHandle(new Socket(native.Release()));

        int backlog = native.ReadBacklog() ?? int.MaxValue;
        using NativeSocket tcp = NativeSocket.OpenTcp(family);
        Socket socket = IntoSocketTakenForBound(native, tcp);
        try
        {
            socket.Listen(backlog); // for .NET: to the kernel, it only sets the backlog
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static Socket IntoSocketTakenForBound(NativeSocket native, NativeSocket tcp)
    {
        SafeSocketHandle handle = tcp.Release();
        try
        {
            var socket = new Socket(handle);
            PutUnder(handle, native);
            return socket;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Puts <paramref name="native"/> under a descriptor of .NET's, which closes what was there.</summary>
    internal static void PutUnder(SafeSocketHandle handle, NativeSocket native)
    {
        if (Libc.dup3(native.Fd, handle, O_CLOEXEC) < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
    }

    static Socket Wrap(NativeSocket native, AddressFamily family)
    {
        MatchIPv6Only(native, family);
        native.SetOption(SOL_SOCKET, SO_REUSEADDR, 1); // as .NET does on bind, for TCP only

        return KeepHandle(new Socket(native.Release()));
    }

    /// <summary>A handle that was handed out is never replaced after a failed connect: replacing one of an unknown protocol hangs in Dispose.</summary>
    static Socket KeepHandle(Socket socket)
    {
        _ = socket.SafeHandle;
        return socket;
    }

    /// <summary>.NET makes IPv6 sockets IPv6-only; the kernel's default is a sysctl.</summary>
    static void MatchIPv6Only(NativeSocket native, AddressFamily family)
    {
        if (family == AddressFamily.InterNetworkV6)
            native.SetOption(SOL_IPV6, IPV6_V6ONLY, 1);
    }
}
