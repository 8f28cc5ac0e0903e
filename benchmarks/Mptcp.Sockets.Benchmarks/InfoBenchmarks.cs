using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Interop;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of reading the kernel's information about a connection, compared with the system call alone.</summary>
public unsafe class InfoBenchmarks
{
    const int Size = 96; // struct mptcp_info of Linux 6.18

    Subflows _connection = null!;
    int _fd;
    byte* _info;

    [GlobalSetup]
    public void Setup()
    {
        _connection = new Subflows(1);
        _fd = _connection.ClientFd;
        _info = (byte*)NativeMemory.Alloc(Size);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _connection.Dispose();
        NativeMemory.Free(_info);
    }

    [Benchmark(Baseline = true)]
    public byte Bare_system_call()
    {
        uint length = Size;
        _ = Libc.getsockopt(_fd, Libc.SOL_MPTCP, Libc.MPTCP_INFO, _info, &length);
        return *_info;
    }

    [Benchmark]
    public bool TryGetMptcpInfo() => _connection.Client.TryGetMptcpInfo(out _);
}
