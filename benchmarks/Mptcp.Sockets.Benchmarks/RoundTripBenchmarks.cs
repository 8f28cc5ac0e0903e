using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The time of one byte to the peer and back.</summary>
public class RoundTripBenchmarks
{
    const int Times = 100;

    readonly byte[] _byte = new byte[1];
    Peer _tcpServer = null!;
    Peer _mptcpServer = null!;
    Peer _bareServer = null!;
    Socket _tcp = null!;
    Socket _mptcp = null!;
    NativeClient _bare = null!;

    [GlobalSetup]
    public void Setup()
    {
        _tcpServer = Peer.Start(MptcpMode.Disabled, Serve.Echo);
        _mptcpServer = Peer.Start(MptcpMode.Required, Serve.Echo);
        _bareServer = Peer.Start(MptcpMode.Required, Serve.Echo);
        _tcp = MptcpSocket.Connect(_tcpServer.EndPoint, new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        _mptcp = MptcpSocket.Connect(_mptcpServer.EndPoint, new MptcpConnectOptions { RequireMptcpPeer = true });
        _bare = NativeClient.Connect(_bareServer.EndPoint, isMptcp: true);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (IDisposable one in new IDisposable[] { _tcp, _mptcp, _bare, _tcpServer, _mptcpServer, _bareServer })
            one.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public void Mptcp_bare_system_calls()
    {
        for (int i = 0; i < Times; i++)
        {
            _bare.Send(_byte);
            _bare.ReceiveOne();
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Mptcp() => Exchange(_mptcp);

    [Benchmark(OperationsPerInvoke = Times)]
    public Task Mptcp_async() => ExchangeAsync(_mptcp);

    [Benchmark(OperationsPerInvoke = Times)]
    public void Tcp() => Exchange(_tcp);

    [Benchmark(OperationsPerInvoke = Times)]
    public Task Tcp_async() => ExchangeAsync(_tcp);

    void Exchange(Socket socket)
    {
        for (int i = 0; i < Times; i++)
        {
            socket.Send(_byte);
            socket.Receive(_byte);
        }
    }

    async Task ExchangeAsync(Socket socket)
    {
        for (int i = 0; i < Times; i++)
        {
            await socket.SendAsync(_byte.AsMemory());
            await socket.ReceiveAsync(_byte.AsMemory());
        }
    }
}
