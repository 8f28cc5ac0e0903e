using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Interop;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of reading the subflows of a connection, compared with the system call alone.</summary>
public unsafe class SubflowsBenchmarks
{
    const int Most = 16, TcpInfoSize = 216, SubflowInfoSize = 264; // struct tcp_info up to the last field that is read, struct mptcp_subflow_info

    readonly MptcpSubflow[] _subflows = new MptcpSubflow[Most];
    Subflows _connection = null!;
    int _fd;
    byte* _tcpInfos, _subflowInfos;

    [Params(1, 8)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _connection = new Subflows(Count);
        _fd = _connection.ClientFd;
        _tcpInfos = (byte*)NativeMemory.Alloc(Most * TcpInfoSize);
        _subflowInfos = (byte*)NativeMemory.Alloc(Most * SubflowInfoSize);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _connection.Dispose();
        NativeMemory.Free(_tcpInfos);
        NativeMemory.Free(_subflowInfos);
    }

    [Benchmark(Baseline = true)]
    public int Bare_system_call()
    {
        var info = new FullInfo
        {
            SizeTcpInfoUser = TcpInfoSize,
            SizeSubflowInfoUser = SubflowInfoSize,
            SizeArraysUser = Most,
            SubflowInfo = (ulong)_subflowInfos,
            TcpInfo = (ulong)_tcpInfos,
        };
        uint length = (uint)sizeof(FullInfo);
        _ = Libc.getsockopt(_fd, Libc.SOL_MPTCP, Libc.MPTCP_FULL_INFO, (byte*)&info, &length);
        return (int)info.NumSubflows;
    }

    [Benchmark]
    public int GetMptcpSubflows() => _connection.Client.GetMptcpSubflows(_subflows);

    /// <summary><c>struct mptcp_full_info</c> of linux/mptcp.h, without the data behind its pointers.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct FullInfo
    {
        internal uint SizeTcpInfoKernel, SizeTcpInfoUser, SizeSubflowInfoKernel, SizeSubflowInfoUser, NumSubflows, SizeArraysUser;
        internal ulong SubflowInfo, TcpInfo;
    }
}
