using System.Net.Sockets;

namespace Mptcp.Sockets.Interop;

/// <summary>getsockname(2) and getpeername(2) behind .NET's back, where there is no need of the end points themselves. Linux only.</summary>
static unsafe class NativeName
{
    const int Longest = 28; // struct sockaddr_in6

    /// <summary>Whether the socket is bound, be it to an address or to a port alone.</summary>
    internal static bool HasLocal(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[Longest];
        uint length = Longest;
        return Libc.getsockname(handle, address, &length) == 0
            && new ReadOnlySpan<byte>(address, (int)Math.Min(length, Longest)) is [_, _, .. var portAndAddress]
            && portAndAddress.ContainsAnyExcept((byte)0);
    }

    /// <summary>What the kernel says: .NET knows of asynchronous connects only, and learns of them later.</summary>
    internal static bool HasPeer(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[Longest];
        uint length = Longest;
        return Libc.getpeername(handle, address, &length) == 0;
    }
}
