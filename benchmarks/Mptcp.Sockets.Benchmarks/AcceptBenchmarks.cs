using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Mptcp.Sockets.Benchmarks.Support;

namespace Mptcp.Sockets.Benchmarks;

/// <summary>The cost of accepting a waiting connection and closing it.</summary>
public class AcceptBenchmarks
{
    const int Times = 1000;

    readonly List<NativeClient> _clients = [];
    Socket _listener = null!;

    [IterationSetup(Target = nameof(Tcp))]
    public void SetupTcp() => Setup(MptcpMode.Disabled, isMptcpClient: false);

    [IterationSetup(Target = nameof(Mptcp_of_tcp_clients))]
    public void SetupMptcpOfTcpClients() => Setup(MptcpMode.Required, isMptcpClient: false);

    [IterationSetup(Target = nameof(Mptcp_of_mptcp_clients))]
    public void SetupMptcpOfMptcpClients() => Setup(MptcpMode.Required, isMptcpClient: true);

    [IterationCleanup]
    public void Cleanup()
    {
        _clients.ForEach(client => client.Dispose());
        _clients.Clear();
        _listener.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public Task Tcp() => AcceptAsync();

    [Benchmark(OperationsPerInvoke = Times)]
    public Task Mptcp_of_tcp_clients() => AcceptAsync();

    [Benchmark(OperationsPerInvoke = Times)]
    public Task Mptcp_of_mptcp_clients() => AcceptAsync();

    async Task AcceptAsync()
    {
        for (int i = 0; i < Times; i++)
            (await _listener.AcceptAsync()).Dispose();
    }

    void Setup(MptcpMode mode, bool isMptcpClient)
    {
        _listener = Peer.Listen(mode);
        for (int i = 0; i < Times; i++)
            _clients.Add(NativeClient.Connect((IPEndPoint)_listener.LocalEndPoint!, isMptcpClient));
    }
}
