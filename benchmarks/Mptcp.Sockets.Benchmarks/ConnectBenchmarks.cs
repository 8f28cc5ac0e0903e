using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of connecting to an end point and closing.</summary>
public class ConnectBenchmarks
{
    const int Times = 32; // so that the overhead of BenchmarkDotNet for an asynchronous method hardly counts

    Peer _tcp = null!;
    Peer _mptcp = null!;

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
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_tcp.EndPoint, CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task Tcp_TcpClient_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
        {
            using var client = new TcpClient(AddressFamily.InterNetwork);
            await client.ConnectAsync(_tcp.EndPoint, CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Tcp_Socket_Connect()
    {
        for (int i = 0; i < Times; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(_tcp.EndPoint);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task MptcpSocket_ConnectAsync_over_tcp()
    {
        var options = new MptcpConnectOptions { Mode = MptcpMode.Disabled };
        for (int i = 0; i < Times; i++)
            (await MptcpSocket.ConnectAsync(_tcp.EndPoint, options)).Dispose();
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task MptcpSocket_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
            (await MptcpSocket.ConnectAsync(_mptcp.EndPoint)).Dispose();
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void MptcpSocket_Connect()
    {
        for (int i = 0; i < Times; i++)
            MptcpSocket.Connect(_mptcp.EndPoint).Dispose();
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public async Task MptcpTcpClient_ConnectAsync()
    {
        for (int i = 0; i < Times; i++)
        {
            using var client = new MptcpTcpClient(AddressFamily.InterNetwork);
            await client.ConnectAsync(_mptcp.EndPoint, CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Mptcp_bare_system_calls()
    {
        for (int i = 0; i < Times; i++)
            NativeClient.Connect(_mptcp.EndPoint, isMptcp: true).Dispose();
    }
}
