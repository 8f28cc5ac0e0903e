using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Interop;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of reading the state of a connection, compared with the system call alone.</summary>
public unsafe class StateBenchmarks
{
    Subflows _connection = null!;
    int _fd;

    [GlobalSetup]
    public void Setup()
    {
        _connection = new Subflows(1);
        _fd = _connection.ClientFd;
    }

    [GlobalCleanup]
    public void Cleanup() => _connection.Dispose();

    [Benchmark(Baseline = true)]
    public int Bare_system_call()
    {
        int value = 0;
        uint length = sizeof(int);
        _ = Libc.getsockopt(_fd, Libc.SOL_TCP, Libc.TCP_IS_MPTCP, (byte*)&value, &length);
        return value;
    }

    [Benchmark]
    public MptcpState GetMptcpState() => _connection.Client.GetMptcpState();
}
