using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Two connected sockets with the expected protocols. Their blocking calls have a timeout.</summary>
sealed class Pair : IDisposable
{
    /// <summary>All combinations, for both address families.</summary>
    internal static TheoryData<Ends, AddressFamily> All
    {
        get
        {
            var pairs = new TheoryData<Ends, AddressFamily>();
            foreach (Ends ends in Enum.GetValues<Ends>())
            {
                pairs.Add(ends, AddressFamily.InterNetwork);
                pairs.Add(ends, AddressFamily.InterNetworkV6);
            }

            return pairs;
        }
    }

    Pair(Socket client, Socket server)
    {
        Client = client;
        Server = server;
    }

    internal Socket Client { get; }

    internal Socket Server { get; }

    internal static async Task<Pair> ConnectAsync(Ends ends, AddressFamily family)
    {
        NeedsOf(ends, family);
        using Socket listener = Listen(ends, family);
        var pair = new Pair(await ConnectAsync(ends, listener.EndPoint()), await listener.AcceptAsync());
        pair.Client.GetMptcpState().Should().Be(StateOfClient(ends));
        pair.Server.GetMptcpState().Should().Be(StateOfServer(ends));
        foreach (Socket socket in new[] { pair.Client, pair.Server })
            socket.SendTimeout = socket.ReceiveTimeout = (int)Limit.OfAWait.TotalMilliseconds;

        return pair;
    }

    internal static void NeedsOf(Ends ends, AddressFamily family)
    {
        if (ends != Ends.Tcp)
            Needs.Mptcp();

        if (family == AddressFamily.InterNetworkV6)
            Needs.IPv6();
    }

    internal static Socket Listen(Ends ends, AddressFamily family) => ends is Ends.Mptcp or Ends.MptcpServer
        ? MptcpSocket.Listen(Peers.AnyPort(family), new MptcpListenOptions { Mode = MptcpMode.Required })
        : Peers.ListenTcp(Peers.AnyPort(family).Address);

    internal static async Task<Socket> ConnectAsync(Ends ends, IPEndPoint server)
    {
        if (ends is Ends.Mptcp or Ends.MptcpClient)
            return await MptcpSocket.ConnectAsync(server, new MptcpConnectOptions { Mode = MptcpMode.Required });

        var client = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server);
        return client;
    }

    internal static MptcpState StateOfClient(Ends ends) =>
        ends == Ends.Mptcp ? MptcpState.Mptcp : ends == Ends.MptcpClient ? MptcpState.FellBack : MptcpState.Tcp;

    internal static MptcpState StateOfServer(Ends ends) => ends == Ends.Mptcp ? MptcpState.Mptcp : MptcpState.Tcp;

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
