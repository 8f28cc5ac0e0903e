using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Interop;

/// <summary>Finds the original destination of a connection that this host has redirected. Linux only.</summary>
static class OriginalDestination
{
    /// <summary>Lets a listening socket accept connections to addresses of other hosts. Before it is bound.</summary>
    internal static void Allow(Socket socket)
    {
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            socket.SetRawSocketOption(SocketOptionNumbers.SOL_IPV6, SocketOptionNumbers.IPV6_TRANSPARENT, on);
        else
            socket.SetRawSocketOption(SocketOptionNumbers.SOL_IP, SocketOptionNumbers.IP_TRANSPARENT, on);
    }

    /// <summary>Asks the connection tracking of the kernel.</summary>
    /// <exception cref="SocketException">The kernel does not track the connection, or it was not redirected.</exception>
    internal static IPEndPoint Read(Socket client)
    {
        Span<byte> address = stackalloc byte[28]; // struct sockaddr_in6, which is longer than sockaddr_in
        bool isIPv6 = client.AddressFamily == AddressFamily.InterNetworkV6
            && client.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: false };
        int level = isIPv6 ? SocketOptionNumbers.SOL_IPV6 : SocketOptionNumbers.SOL_IP;
        int length = client.GetRawSocketOption(level, SocketOptionNumbers.SO_ORIGINAL_DST, address);
        return Parse(address[..length], isIPv6) ?? throw new SocketException((int)SocketError.AddressNotAvailable);
    }

    /// <summary>Reads struct sockaddr_in or sockaddr_in6; <see langword="null"/> if it is too short.</summary>
    internal static IPEndPoint? Parse(ReadOnlySpan<byte> address, bool isIPv6)
    {
        (int begin, int size) = isIPv6 ? (8, 16) : (4, 4);
        return address.Length < begin + size
            ? null
            : new IPEndPoint(new IPAddress(address.Slice(begin, size)), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
    }
}
