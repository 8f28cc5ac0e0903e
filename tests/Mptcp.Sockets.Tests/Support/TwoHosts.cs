using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>A client and a server with links between them, whose addresses no other test has: what is learned of an address is kept for the process.</summary>
sealed class TwoHosts : IDisposable
{
    static int s_networks;

    readonly LabNetwork _network;

    /// <param name="megabitsPerSecond">For each link, in megabits per second; null for as fast as the machine.</param>
    internal TwoHosts(params double?[] megabitsPerSecond)
    {
        Needs.Mptcp();
        Needs.Lab();
        LabTopology topology = new LabTopology().AddHost("client").AddHost("server");
        foreach ((int i, double? rate) in megabitsPerSecond.Index())
        {
            int number = Interlocked.Increment(ref s_networks);
            var network = IPNetwork.Parse($"10.{66 + number / 256}.{number % 256}.0/24");
            topology.AddLink($"link{i + 1}", "client", "server", new LabLinkOptions { MegabitsPerSecond = rate, IPv4Network = network });
        }

        _network = LabNetwork.Create(topology);
    }

    internal static TwoHosts WithOneLink() => new((double?)null);

    internal LabHost Client => _network.Hosts[0];

    internal LabHost Server => _network.Hosts[1];

    /// <summary>The one that connections begin on.</summary>
    internal LabLink FirstLink => _network.Links[0];

    internal LabLink SecondLink => _network.Links[1];

    /// <summary>Listens at the server's address on the first link.</summary>
    internal Socket Listen(MptcpListenOptions? options = null) => Server.Run(() => MptcpSocket.Listen(new IPEndPoint(FirstLink.GetAddress(Server), 0), options));

    internal Socket Connect(EndPoint server, MptcpConnectOptions? options = null) => Client.Run(() => MptcpSocket.Connect(server, options));

    public void Dispose() => _network.Dispose();
}
