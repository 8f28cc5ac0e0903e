using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Lab.Tests.Support;

/// <summary>
/// Both ends of a connection that should use MPTCP. The server listens as long as they live, because subflows join through the listener.
/// </summary>
sealed record MptcpPair(IPEndPoint EndPoint, Socket Listener, Socket Client, Socket Server) : IDisposable
{
    /// <summary>Opens a connection over a link, and exchanges data in both directions, so that each end knows its protocol.</summary>
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

    /// <summary>Returns 0 for a missing counter: the kernel creates the counters with the first MPTCP socket of a host.</summary>
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
