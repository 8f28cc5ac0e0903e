using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Reads the options about subflows, whose structures the caller has to initialize. Linux only.</summary>
static unsafe class NativeSubflows
{
    /// <summary>
    /// The part of the header that <see cref="TryReadFullInfo"/> needs. The kernel requires it, and leaves out struct mptcp_info if there
    /// is no more.
    /// </summary>
    internal const int FullInfoHeader = mptcp_full_info.mptcp_info;

    /// <summary>Reads <c>MPTCP_FULL_INFO</c>; returns false if the kernel refuses it.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="header">Filled with the number of subflows and the size of the array elements.</param>
    /// <param name="subflowInfos">Filled with elements of struct mptcp_subflow_info.</param>
    /// <param name="tcpInfos">Filled with elements of struct tcp_info, one for each.</param>
    internal static bool TryReadFullInfo(SafeSocketHandle handle, Span<byte> header, Span<byte> subflowInfos, Span<byte> tcpInfos)
    {
        int room = Math.Min(subflowInfos.Length / mptcp_subflow_info.Size, tcpInfos.Length / tcp_info.LengthRead);
        fixed (byte* subflowInfo = subflowInfos, tcpInfo = tcpInfos)
        {
            header.Clear();
            MemoryMarshal.Write(header[mptcp_full_info.size_tcpinfo_user..], tcp_info.LengthRead);
            MemoryMarshal.Write(header[mptcp_full_info.size_sfinfo_user..], mptcp_subflow_info.Size);
            MemoryMarshal.Write(header[mptcp_full_info.size_arrays_user..], room);
            MemoryMarshal.Write(header[mptcp_full_info.subflow_info..], (ulong)subflowInfo);
            MemoryMarshal.Write(header[mptcp_full_info.tcp_info..], (ulong)tcpInfo);
            return NativeOption.TryRead(handle, SOL_MPTCP, MPTCP_FULL_INFO, header, out _);
        }
    }

    /// <summary>
    /// Reads <c>MPTCP_TCPINFO</c> or <c>MPTCP_SUBFLOW_ADDRS</c>, as many elements as fit after the header; returns false if the kernel
    /// refuses it.
    /// </summary>
    internal static bool TryReadList(SafeSocketHandle handle, int name, int elementSize, Span<byte> list, out int length)
    {
        Span<byte> header = list[..mptcp_subflow_data.Size];
        header.Clear();
        MemoryMarshal.Write(header[mptcp_subflow_data.size_subflow_data..], mptcp_subflow_data.Size);
        MemoryMarshal.Write(header[mptcp_subflow_data.size_user..], elementSize);
        return NativeOption.TryRead(handle, SOL_MPTCP, name, list, out length);
    }
}
