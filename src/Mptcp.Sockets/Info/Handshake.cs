using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Describes the handshake of a TCP connection that was just established, as measured by the kernel.</summary>
/// <param name="RoundTripMilliseconds">The round-trip time, rounded up.</param>
/// <param name="WasRetransmitted">True if the SYN was sent more than once. Then the time says nothing, and packets are being lost.</param>
readonly record struct Handshake(long RoundTripMilliseconds, bool WasRetransmitted)
{
    const int Length = tcp_info.tcpi_total_retrans + sizeof(int);

    /// <summary>Reads <c>TCP_INFO</c> of a TCP socket. Linux only.</summary>
    internal static Handshake Read(Socket socket)
    {
        Span<byte> info = stackalloc byte[Length];
        if (!NativeOption.TryRead(socket.SafeHandle, SOL_TCP, TCP_INFO, info, out int length) || length < Length)
            return new(0, WasRetransmitted: true); // nothing is known, so nothing is evidence

        uint microseconds = MemoryMarshal.Read<uint>(info[tcp_info.tcpi_rtt..]);
        uint retransmissions = MemoryMarshal.Read<uint>(info[tcp_info.tcpi_total_retrans..]);
        return new((microseconds + 999) / 1000, retransmissions > 0);
    }
}
