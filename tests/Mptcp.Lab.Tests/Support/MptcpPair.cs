using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Lab.Tests.Support;

/// <summary>Two ends of a connection that both want MPTCP. The server listens as long as they live: the kernel has subflows join there.</summary>
sealed record MptcpPair(IPEndPoint EndPoint, Socket Listener, Socket Client, Socket Server) : IDisposable
{
    /// <summary>Begun on a link, once something has passed both ways, so that each end knows what it speaks.</summary>
    internal static async Task<MptcpPair> OverAsync(LabLink link, AddressFamily family = AddressFamily.InterNetwork)
    {
        IPAddress any = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        Socket listener = link.SecondHost.Run(() => MptcpSocket.Listen(new IPEndPoint(any, 0), new MptcpListenOptions { Mode = MptcpMode.Required }));
        var endPoint = new IPEndPoint(link.GetAddress(link.SecondHost, family), listener.EndPoint().Port);
        Socket client = Create(link.FirstHost, family);
        await client.ConnectAsync(endPoint).WaitAsync(Limit.OfAWait);
        var pair = new MptcpPair(endPoint, listener, client, await listener.AcceptAsync().WaitAsync(Limit.OfAWait));
        await Labs.TransferAsync(pair.Client, pair.Server, 1000);
        await Labs.TransferAsync(pair.Server, pair.Client, 1000);
        return pair;
    }

    internal static Socket Create(LabHost host, AddressFamily family = AddressFamily.InterNetwork) =>
        host.Run(() => MptcpSocket.Create(family, MptcpMode.Required));

    /// <summary>0 for a counter that is not there: the kernel makes them with the first such socket of a host.</summary>
    internal static long Count(LabHost host, string counter) => host.ReadCounters().GetValueOrDefault(counter);

    internal void ShouldBeMptcp()
    {
        Client.GetMptcpState().Should().Be(MptcpState.Mptcp);
        Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    internal void ShouldHaveFallenBack()
    {
        Client.GetMptcpState().Should().Be(MptcpState.FellBack);
        Server.GetMptcpState().Should().NotBe(MptcpState.Mptcp);
    }

    public void Dispose()
    {
        foreach (Socket socket in new[] { Client, Server, Listener })
            socket.Dispose();
    }
}
