using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>Copies the options of a socket to a kernel socket that takes its place. Linux only.</summary>
static class SocketOptions
{
    /// <summary>Room for the longest options: a device name, a congestion control's name, a <c>struct timeval</c>.</summary>
    const int MaxLength = 16;

    /// <summary>
    /// The kernel's options in the order in which they are set, and whether any kernel up to 6.18 supports them on an MPTCP socket.
    /// </summary>
    static readonly (int Level, int Name, bool OnMptcp)[] s_carried =
    [
        (SOL_IPV6, IPV6_V6ONLY, true),
        (SOL_SOCKET, SO_REUSEADDR, true),
        (SOL_SOCKET, SO_REUSEPORT, true),
        (SOL_SOCKET, SO_BINDTODEVICE, true),
        (SOL_SOCKET, SO_MARK, true),
        (SOL_SOCKET, SO_DONTROUTE, true),
        (SOL_SOCKET, SO_KEEPALIVE, true),
        (SOL_SOCKET, SO_LINGER, true),
        (SOL_SOCKET, SO_SNDBUF, true),
        (SOL_SOCKET, SO_RCVLOWAT, true),
        (SOL_SOCKET, SO_RCVBUF, true), // after SO_RCVLOWAT, which may raise it
        (SOL_SOCKET, SO_SNDTIMEO, true),
        (SOL_SOCKET, SO_RCVTIMEO, true),
        (SOL_SOCKET, SO_OOBINLINE, false),
        (SOL_SOCKET, SO_MAX_PACING_RATE, false),
        (SOL_SOCKET, SO_LOCK_FILTER, false),
        (SOL_IP, IP_TOS, true),
        (SOL_SOCKET, SO_PRIORITY, true), // after IP_TOS, which sets it, too
        (SOL_IP, IP_FREEBIND, true),
        (SOL_IP, IP_TRANSPARENT, true),
        (SOL_IP, IP_BIND_ADDRESS_NO_PORT, true),
        (SOL_IP, IP_LOCAL_PORT_RANGE, true),
        (SOL_IP, IP_TTL, false),
        (SOL_IP, IP_MINTTL, false),
        (SOL_IP, IP_MTU_DISCOVER, false),
        (SOL_IPV6, IPV6_TCLASS, false),
        (SOL_IPV6, IPV6_UNICAST_HOPS, false),
        (SOL_IPV6, IPV6_MINHOPCOUNT, false),
        (SOL_IPV6, IPV6_MTU_DISCOVER, false),
        (SOL_TCP, TCP_NODELAY, true),
        (SOL_TCP, TCP_CORK, true),
        (SOL_TCP, TCP_MAXSEG, true),
        (SOL_TCP, TCP_KEEPIDLE, true),
        (SOL_TCP, TCP_KEEPINTVL, true),
        (SOL_TCP, TCP_KEEPCNT, true),
        (SOL_TCP, TCP_DEFER_ACCEPT, true),
        (SOL_TCP, TCP_CONGESTION, true),
        (SOL_TCP, TCP_FASTOPEN, true),
        (SOL_TCP, TCP_FASTOPEN_CONNECT, true),
        (SOL_TCP, TCP_NOTSENT_LOWAT, true),
        (SOL_TCP, TCP_QUICKACK, false),
        (SOL_TCP, TCP_SYNCNT, false),
        (SOL_TCP, TCP_LINGER2, false),
        (SOL_TCP, TCP_WINDOW_CLAMP, false),
        (SOL_TCP, TCP_USER_TIMEOUT, false),
    ];

    /// <summary>
    /// Sets on <paramref name="target"/>, a new socket, the options that were set on <paramref name="source"/>. Reads them through .NET,
    /// because asking a socket for its handle changes how .NET treats it.
    /// </summary>
    /// <param name="source">A socket of .NET.</param>
    /// <param name="sourceIsMptcp">Whether the source is an MPTCP socket.</param>
    /// <param name="before">If the source was used: the values before the kernel changed them.</param>
    /// <param name="target">The socket that takes the place of the source.</param>
    /// <returns><c>false</c>, with the options set in part, if an option cannot be copied.</returns>
    internal static bool TryCarry(Socket source, bool sourceIsMptcp, ValuesBeforeConnect? before, NativeSocket target)
    {
        if (sourceIsMptcp)
            return TryCarry(source, sourceIsMptcp, before, target, target);

        using NativeSocket reference = NativeSocket.OpenTcp(source.AddressFamily);
        return TryCarry(source, sourceIsMptcp, before, target, reference);
    }

    // The kernel derives some values from others: TCP_WINDOW_CLAMP from SO_RCVBUF, SO_PRIORITY from IP_TOS. So an option counts as set
    // only if it differs from the reference, a socket of the same protocol on which the earlier options were set, too.
    static bool TryCarry(Socket source, bool sourceIsMptcp, ValuesBeforeConnect? before, NativeSocket target, NativeSocket reference)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        Span<byte> other = stackalloc byte[MaxLength];

        foreach ((int level, int name, bool onMptcp) in s_carried)
        {
            if ((sourceIsMptcp && !onMptcp) || (level == SOL_IPV6 && source.AddressFamily != AddressFamily.InterNetworkV6))
                continue;

            ReadOnlySpan<byte> wanted = before?.Find(level, name) is { } value ? Write(value, buffer) : Read(source, level, name, buffer);
            if (wanted.IsEmpty || IsSame(level, name, wanted, other[..Math.Max(reference.GetOption(level, name, other), 0)]))
                continue;

            if (!sourceIsMptcp && level == SOL_TCP && name == TCP_MAXSEG)
                return false; // set by the caller, or by the kernel for a connect that has failed: nothing shows which

            if (!TrySet(target, level, name, wanted))
                return false;

            if (sourceIsMptcp)
                continue; // the kernel did the same with the value when it was set on the source

            // MPTCP accepts some options without an effect. Linux 5.10 cannot read back IPV6_V6ONLY, the only one that it accepts.
            int length = target.GetOption(level, name, other);
            if ((length >= 0 && !IsSame(level, name, wanted, other[..length])) || !HasEffect(target, level, name) || !TrySet(reference, level, name, wanted))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Returns whether an option that an MPTCP socket has accepted reaches its subflows. Before 5.13, the kernel passes few options of
    /// SOL_SOCKET on, and none of SOL_TCP: neither does it have TCP_CONGESTION.
    /// </summary>
    static bool HasEffect(NativeSocket target, int level, int name) => level != SOL_SOCKET
        || name is SO_REUSEADDR or SO_REUSEPORT or SO_SNDTIMEO or SO_RCVTIMEO
        || target.GetOption(SOL_TCP, TCP_CONGESTION, stackalloc byte[MaxLength]) >= 0;

    static bool IsSame(int level, int name, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || (level == SOL_SOCKET && name == SO_LINGER && IsOff(one) && IsOff(other));

    /// <summary>
    /// Returns whether the flag of <c>struct linger</c> is 0. Then the time after it means nothing, and the kernel keeps the last one.
    /// </summary>
    static bool IsOff(ReadOnlySpan<byte> linger) => linger.Length >= sizeof(int) && MemoryMarshal.Read<int>(linger) == 0;

    static bool TrySet(NativeSocket target, int level, int name, ReadOnlySpan<byte> wanted)
    {
        bool isDoubled = level == SOL_SOCKET && name is SO_SNDBUF or SO_RCVBUF; // the kernel doubles what it is given: socket(7)
        return isDoubled
            ? target.TrySetOption(level, name, BitConverter.GetBytes(MemoryMarshal.Read<int>(wanted) / 2))
            : target.TrySetOption(level, name, wanted);
    }

    static ReadOnlySpan<byte> Write(int value, Span<byte> buffer)
    {
        MemoryMarshal.Write(buffer, value);
        return value == 0 ? default : buffer[..sizeof(int)];
    }

    static ReadOnlySpan<byte> Read(Socket source, int level, int name, Span<byte> buffer)
    {
        try
        {
            return buffer[..source.GetRawSocketOption(level, name, buffer)];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            return default; // this kernel does not have it on this kind of socket, so nobody has set it
        }
    }
}
