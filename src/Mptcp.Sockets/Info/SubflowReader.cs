using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Asks the kernel about a connection's subflows. One system call on Linux 6.5 or later, otherwise two; and one more if .NET does not know
/// that the socket is connected.
/// </summary>
static class SubflowReader
{
    /// <summary>More than the kernel's own path manager opens, so that hardly any connection needs a second call.</summary>
    internal const int Usual = 16;

    const int HeadersSize = 2 * mptcp_subflow_data.Size + NativeSubflows.FullInfoHeader;
    const int SizePerSubflow = mptcp_subflow_info.Size + tcp_info.LengthRead;
    const int MostAttempts = 3;

    static volatile bool s_lacksFullInfo;

    /// <summary>
    /// Fills <paramref name="destination"/> and returns the number of subflows, which may be larger. Returns false if the socket does not
    /// use MPTCP, or if the kernel reports nothing.
    /// </summary>
    internal static bool TryRead(Socket socket, Span<MptcpSubflow> destination, out int count)
    {
        count = 0;
        if (!SocketProtocol.MayBeMptcp(socket))
            return false;

        if (!s_lacksFullInfo && TryRead(socket, SubflowSource.FullInfo, destination, out count))
            return true;

        // The kernel refused it because it is older, or because the connection uses TCP. In the latter case it refuses this, too.
        bool isAvailable = TryRead(socket, SubflowSource.Lists, destination, out count);
        s_lacksFullInfo |= isAvailable;
        return isAvailable;
    }

    /// <summary>
    /// Reads from the given source. For tests: a newer kernel still has the older source, and a smaller usual number forces the second
    /// call.
    /// </summary>
    [SkipLocalsInit] // 8 KiB; the kernel reports how much of it is filled
    internal static bool TryRead(Socket socket, SubflowSource source, Span<MptcpSubflow> destination, out int count, int usual = Usual)
    {
        int room = Math.Min(destination.Length, usual);
        if (!TryRead(socket, source, stackalloc byte[HeadersSize + Usual * SizePerSubflow], destination[..room], out count))
            return false;

        while (count > room && room < destination.Length)
        {
            room = Math.Min(destination.Length, count);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(HeadersSize + room * SizePerSubflow);
            try
            {
                if (!TryRead(socket, source, buffer, destination[..room], out count))
                    return false;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        return true;
    }

    static bool TryRead(Socket socket, SubflowSource source, Span<byte> buffer, Span<MptcpSubflow> destination, out int count) => source == SubflowSource.FullInfo
        ? TryReadFullInfo(socket.SafeHandle, buffer, destination, out count)
        : TryReadLists(socket.SafeHandle, buffer, destination, out count);

    static bool TryReadFullInfo(SafeSocketHandle handle, Span<byte> buffer, Span<MptcpSubflow> destination, out int count)
    {
        Span<byte> header = Take(ref buffer, NativeSubflows.FullInfoHeader);
        Span<byte> subflowInfos = Take(ref buffer, destination.Length * mptcp_subflow_info.Size);
        Span<byte> tcpInfos = Take(ref buffer, destination.Length * tcp_info.LengthRead);
        bool isAvailable = NativeSubflows.TryReadFullInfo(handle, header, subflowInfos, tcpInfos);
        count = isAvailable ? SubflowParser.ParseFullInfo(header, subflowInfos, tcpInfos, destination) : 0;
        return isAvailable;
    }

    static bool TryReadLists(SafeSocketHandle handle, Span<byte> buffer, Span<MptcpSubflow> destination, out int count)
    {
        Span<byte> addresses = Take(ref buffer, mptcp_subflow_data.Size + destination.Length * mptcp_subflow_addrs.Size);
        Span<byte> tcpInfos = Take(ref buffer, mptcp_subflow_data.Size + destination.Length * tcp_info.LengthRead);
        count = 0;
        bool isMatch = false;
        for (int attempt = 0; attempt < MostAttempts && !isMatch; attempt++)
        {
            if (!NativeSubflows.TryReadList(handle, MPTCP_SUBFLOW_ADDRS, mptcp_subflow_addrs.Size, addresses, out int addressesLength)
                || !NativeSubflows.TryReadList(handle, MPTCP_TCPINFO, tcp_info.LengthRead, tcpInfos, out int tcpInfosLength))
                return false;

            count = SubflowParser.ParseLists(addresses[..addressesLength], tcpInfos[..tcpInfosLength], destination, out isMatch);
        }

        return true;
    }

    static Span<byte> Take(ref Span<byte> buffer, int length)
    {
        Span<byte> taken = buffer[..length];
        buffer = buffer[length..];
        return taken;
    }
}
