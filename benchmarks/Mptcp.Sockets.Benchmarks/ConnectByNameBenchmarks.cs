using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of connecting by name and closing, with one address, or with two of which the first refuses.</summary>
public class ConnectByNameBenchmarks
{
    const int Times = 16;

    Peer _tcp = null!;
    Peer _mptcp = null!;

    [Params(Hosts.OneAddress, Hosts.FirstRefuses)]
    public string Name { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _tcp = Peer.Start(MptcpMode.Disabled, Serve.Nothing);
        _mptcp = Peer.Start(MptcpMode.Required, Serve.Nothing);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tcp.Dispose();
        _mptcp.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public async Task Tcp_Socket_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(Name, _tcp.EndPoint.Port, CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task MptcpSocket_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
            (await MptcpSocket.ConnectAsync(Name, _mptcp.EndPoint.Port)).Dispose();
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task MptcpTcpClient_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
        {
            using var client = new MptcpTcpClient();
            await client.ConnectAsync(Name, _mptcp.EndPoint.Port);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task Names_alone()
    {
        for (int i = 0; i < Times; i++)
            await Dns.GetHostAddressesAsync(Name);
    }
}
