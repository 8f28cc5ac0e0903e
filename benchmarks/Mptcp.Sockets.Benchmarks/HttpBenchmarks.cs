using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of a request of HttpClient, on a new connection or on a kept one.</summary>
public class HttpBenchmarks
{
    const int Times = 16;

    Peer _tcpServer = null!;
    Peer _mptcpServer = null!;
    HttpClient _tcp = null!;
    HttpClient _mptcp = null!;

    [Params(true, false)]
    public bool IsNewConnection { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _tcpServer = Peer.Start(MptcpMode.Disabled, Serve.Http);
        _mptcpServer = Peer.Start(MptcpMode.Required, Serve.Http);
        _tcp = Client(new SocketsHttpHandler(), _tcpServer);
        _mptcp = Client(new SocketsHttpHandler().UseMptcp(), _mptcpServer);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tcp.Dispose();
        _mptcp.Dispose();
        _tcpServer.Dispose();
        _mptcpServer.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public Task Tcp() => RequestAsync(_tcp);

    [Benchmark(OperationsPerInvoke = Times)]
    public Task Mptcp() => RequestAsync(_mptcp);

    async Task RequestAsync(HttpClient client)
    {
        for (int i = 0; i < Times; i++)
            await client.GetByteArrayAsync("/");
    }

    HttpClient Client(SocketsHttpHandler handler, Peer server)
    {
        handler.UseProxy = false;
        handler.PooledConnectionLifetime = IsNewConnection ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        return new HttpClient(handler) { BaseAddress = new Uri($"http://{server.EndPoint}") };
    }
}
