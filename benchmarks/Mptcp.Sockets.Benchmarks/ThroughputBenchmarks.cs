using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The time to send 64 MiB in blocks of 64 KiB.</summary>
public class ThroughputBenchmarks
{
    readonly byte[] _block = new byte[Bulk.Block];
    readonly byte[] _answer = new byte[1];
    Peer _tcpServer = null!;
    Peer _mptcpServer = null!;
    Peer _bareServer = null!;
    Socket _tcp = null!;
    Socket _mptcp = null!;
    NativeClient _bare = null!;

    [GlobalSetup]
    public void Setup()
    {
        _tcpServer = Peer.Start(MptcpMode.Disabled, Serve.Sink);
        _mptcpServer = Peer.Start(MptcpMode.Required, Serve.Sink);
        _bareServer = Peer.Start(MptcpMode.Required, Serve.Sink);
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

    [Benchmark(Baseline = true)]
    public void Mptcp_bare_system_calls()
    {
        for (int sent = 0; sent < Bulk.Size; sent += Bulk.Block)
            _bare.Send(_block);

        _bare.ReceiveOne();
    }

    [Benchmark]
    public void Mptcp() => Send(_mptcp);

    [Benchmark]
    public Task Mptcp_async() => SendAsync(_mptcp);

    [Benchmark]
    public void Tcp() => Send(_tcp);

    void Send(Socket socket)
    {
        for (int sent = 0; sent < Bulk.Size; sent += Bulk.Block)
            socket.Send(_block);

        socket.Receive(_answer);
    }

    async Task SendAsync(Socket socket)
    {
        for (int sent = 0; sent < Bulk.Size; sent += Bulk.Block)
        {
            for (int ofBlock = 0; ofBlock < Bulk.Block;)
                ofBlock += await socket.SendAsync(_block.AsMemory(ofBlock));
        }

        await socket.ReceiveAsync(_answer);
    }
}
