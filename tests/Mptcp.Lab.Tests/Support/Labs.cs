using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mptcp.Lab.Tests.Support;

/// <summary>The networks of these tests, and .NET sockets on them.</summary>
static class Labs
{
    /// <summary>A client and a server, with links of these names.</summary>
    internal static LabNetwork TwoHosts(params string[] links)
    {
        Needs.Lab();
        var network = new LabNetwork();
        network.AddHost("client");
        network.AddHost("server");
        foreach (string link in links)
            network.Connect(link);

        return network;
    }

    internal static LabHost Client(this LabNetwork network) => network.Hosts[0];

    internal static LabHost Server(this LabNetwork network) => network.Hosts[1];

    /// <summary>Adds a link between client and server.</summary>
    internal static LabLink Connect(this LabNetwork network, string link, LabLinkOptions? options = null) =>
        network.AddLink(link, network.Client(), network.Server(), options);

    internal static LabLink GetLink(this LabNetwork network, string name) => network.Links.Single(link => link.Name == name);

    internal static Socket Listen(this LabHost host, IPAddress address)
    {
        Socket listener = host.Make(address, SocketType.Stream, ProtocolType.Tcp);
        listener.Listen();
        return listener;
    }

    internal static Socket Datagrams(this LabHost host, IPAddress address) => host.Make(address, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Connects with a timeout, from an address of the host if one is given.</summary>
    internal static async Task<Socket> ConnectAsync(this LabHost host, IPEndPoint remote, IPAddress? from = null)
    {
        Socket socket = host.Make(from ?? (remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any), SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(remote).WaitAsync(Limit.OfAWait);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asserts that the server's end of a link echoes.</summary>
    internal static async Task EchoesAsync(LabLink link, AddressFamily family, IPAddress? from = null)
    {
        using Socket listener = link.SecondHost.Listen(link.GetAddress(link.SecondHost, family));
        using Socket client = await link.FirstHost.ConnectAsync(listener.EndPoint(), from);
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        server.EndPoint().Address.Should().Be(link.GetAddress(link.SecondHost, family));
        await TransferAsync(client, server, 1000);
        await TransferAsync(server, client, 1000);
    }

    /// <summary>Asserts that one end of a connection receives the data that the other end sends.</summary>
    internal static async Task TransferAsync(Socket from, Socket to, int count)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(count), received = new byte[count];
        using var stream = new NetworkStream(to);
        Task<int> sending = from.SendAsync(sent);
        await stream.ReadExactlyAsync(received).AsTask().WaitAsync(Limit.OfAWait);
        await sending;
        received.AsSpan().SequenceEqual(sent).Should().BeTrue("it is what was sent");
    }

    static Socket Make(this LabHost host, IPAddress address, SocketType type, ProtocolType protocol) => host.Run(() =>
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    });
}
