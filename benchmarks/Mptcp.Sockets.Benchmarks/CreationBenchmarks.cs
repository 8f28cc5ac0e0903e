using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Interop;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of creating a socket and disposing of it.</summary>
public class CreationBenchmarks
{
    [Benchmark(Baseline = true)]
    public void Tcp() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose();

    [Benchmark]
    public void Mptcp() => MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required).Dispose();

    [Benchmark]
    public void Mptcp_bare_system_calls() => _ = Libc.close(Libc.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, Libc.IPPROTO_MPTCP));
}
