using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Interop;

/// <summary>Calls getsockname(2) and getpeername(2) without .NET, if the end points themselves are not needed. Linux only.</summary>
static unsafe class NativeName
{
    const int Longest = 28; // struct sockaddr_in6

    /// <summary>Returns whether the socket is bound, to an address or only to a port.</summary>
    internal static bool HasLocal(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[Longest];
        uint length = Longest;
        return Libc.getsockname(handle, address, &length) == 0
            && new ReadOnlySpan<byte>(address, (int)Math.Min(length, Longest)) is [_, _, .. var portAndAddress]
            && portAndAddress.ContainsAnyExcept((byte)0);
    }

    /// <summary>Returns the local address of a socket, even while it connects; null if it has none.</summary>
    internal static IPAddress? ReadLocal(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[Longest];
        uint length = Longest;
        if (Libc.getsockname(handle, address, &length) != 0)
            return null;

        var bytes = new ReadOnlySpan<byte>(address, (int)Math.Min(length, Longest));
        IPAddress? local = bytes.Length switch
        {
            >= 24 when MemoryMarshal.Read<ushort>(bytes) == LinuxConstants.AF_INET6 => new IPAddress(bytes[8..24]), // sin6_addr
            >= 8 when MemoryMarshal.Read<ushort>(bytes) == LinuxConstants.AF_INET => new IPAddress(bytes[4..8]), // sin_addr
            _ => null,
        };
        return local is { IsIPv4MappedToIPv6: true } ? local.MapToIPv4() : local;
    }

    /// <summary>Returns whether the kernel knows a peer. .NET knows of asynchronous connects only, and learns of them later.</summary>
    internal static bool HasPeer(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[Longest];
        uint length = Longest;
        return Libc.getpeername(handle, address, &length) == 0;
    }
}
