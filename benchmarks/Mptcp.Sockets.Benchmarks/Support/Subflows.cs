using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>An MPTCP connection with this many subflows, on a host with only loopback.</summary>
sealed class Subflows : IDisposable
{
    readonly LabNetwork _network = new();
    readonly Socket _listener;
    readonly Socket _server;

    internal Subflows(int count)
    {
        LabHost host = _network.AddHost("host");
        host.SetLimits(count - 1, 0);
        for (int i = 2; i <= count; i++)
            host.Execute("ip", "mptcp", "endpoint", "add", $"127.0.0.{i}", "dev", "lo", "subflow");

        _listener = host.Run(() => Peer.Listen(MptcpMode.Required));
        Client = host.Run(() => MptcpSocket.Connect(_listener.LocalEndPoint!, new MptcpConnectOptions { RequireMptcpPeer = true }));
        _server = _listener.Accept();
        Client.Send("x"u8); // no subflow joins before data was acknowledged
        _server.Receive(new byte[1]);
        if (!SpinWait.SpinUntil(() => Client.GetMptcpSubflows().Length == count, TimeSpan.FromSeconds(10)))
            throw new InvalidOperationException($"The connection has {Client.GetMptcpSubflows().Length} subflows, not {count}.");
    }

    internal Socket Client { get; }

    internal int ClientFd => (int)Client.SafeHandle.DangerousGetHandle();

    public void Dispose()
    {
        Client.Dispose();
        _server.Dispose();
        _listener.Dispose();
        _network.Dispose();
    }
}
