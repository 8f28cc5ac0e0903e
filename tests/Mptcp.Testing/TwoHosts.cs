using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Testing;

/// <summary>
/// A client and a server with links between them. No other test has the same addresses, because the process remembers blackholes by
/// address.
/// </summary>
sealed class TwoHosts : IDisposable
{
    static int s_networks;

    readonly LabNetwork _network;

    /// <param name="megabitsPerSecond">The rate of each link, in megabits per second; null for no limit.</param>
    internal TwoHosts(params double?[] megabitsPerSecond)
    {
        Needs.Mptcp();
        Needs.Lab();
        if (megabitsPerSecond.Any(rate => rate is not null))
            Needs.LabRates();

        _network = new LabNetwork();
        Client = _network.AddHost("client");
        Server = _network.AddHost("server");
        foreach ((int i, double? rate) in megabitsPerSecond.Index())
            _network.AddLink($"link{i + 1}", Client, Server, NewNetwork(rate));
    }

    /// <summary>Creates two paths, of which the second leads through a router that translates the address of the client.</summary>
    internal static TwoHosts WithNatOnTheSecondPath(double megabitsPerSecond)
    {
        Needs.LabFaults();
        var hosts = new TwoHosts(megabitsPerSecond);
        LabRouter nat = hosts._network.AddRouter("nat");
        hosts._network.AddLink("link2", hosts.Client, nat, NewNetwork(megabitsPerSecond));
        LabLink outside = hosts._network.AddLink("outside", nat, hosts.Server, NewNetwork(null));
        nat.EnableNat(outside);
        nat.Execute("ip", "route", "add", $"{hosts.FirstLink.GetAddress(hosts.Server)}", "via", $"{outside.GetAddress(hosts.Server)}"); // the address that connections begin with
        hosts.Nat = nat;
        return hosts;
    }

    /// <summary>Creates the hosts for tests that drop or change packets.</summary>
    internal static TwoHosts WithFaults(params double?[] megabitsPerSecond)
    {
        Needs.LabFaults();
        return new TwoHosts(megabitsPerSecond);
    }

    internal static TwoHosts WithOneLink() => new((double?)null);

    /// <summary>Creates two links, slow enough for long transfers, over which connections of the client have one subflow each.</summary>
    internal static TwoHosts WithTwoPaths()
    {
        const double megabitsPerSecond = 50;
        var hosts = new TwoHosts(megabitsPerSecond, megabitsPerSecond);
        hosts.Client.UseAllLinks();
        return hosts;
    }

    internal LabHost Client { get; }

    internal LabHost Server { get; }

    /// <summary>The link on which connections begin.</summary>
    internal LabLink FirstLink => _network.Links[0];

    internal LabLink SecondLink => _network.Links[1];

    /// <summary>The router on the second path; null if there is none.</summary>
    internal LabRouter? Nat { get; private set; }

    /// <summary>
    /// Listens on a free port (for both families at any IPv6 address); by default, at the server's address on the first link.
    /// </summary>
    internal Socket Listen(IPAddress? address = null) => Server.Run(() => MptcpSocket.Listen(
        new IPEndPoint(address ?? FirstLink.GetAddress(Server), 0), new MptcpListenOptions { DualMode = address?.Equals(IPAddress.IPv6Any) == true }));

    internal Socket Connect(EndPoint server, MptcpConnectOptions? options = null) => Client.Run(() => MptcpSocket.Connect(server, options));

    /// <summary>Opens an MPTCP connection, and waits for this many further subflows.</summary>
    internal async Task<Connection> ConnectAsync(int joined = 1, IPAddress? listenAt = null)
    {
        Socket listener = Listen(listenAt);
        long before = Joined();
        var server = new IPEndPoint(FirstLink.GetAddress(Server, listener.AddressFamily), listener.Port());
        var connection = new Connection(listener, Connect(server, new MptcpConnectOptions { RequireMptcpPeer = true }), await listener.AcceptAsync());
        connection.ShouldBothBe(MptcpState.Mptcp);
        await connection.Client.SendAllAsync("x"u8.ToArray()); // no subflow joins before data was acknowledged
        (await connection.Server.ReceiveExactlyAsync(1)).Should().Equal((byte)'x');
        await Eventually.TrueAsync(() => Joined() - before == joined, $"{joined} subflows join");
        return connection;

        long Joined() => Server.Read("MPJoinAckRx");
    }

    public void Dispose() => _network.Dispose();

    static LabLinkOptions NewNetwork(double? megabitsPerSecond)
    {
        int number = Interlocked.Increment(ref s_networks);
        return new LabLinkOptions
        {
            MegabitsPerSecond = megabitsPerSecond,
            IPv4Network = IPNetwork.Parse($"10.{66 + number / 256}.{number % 256}.0/24"),
            IPv6Network = IPNetwork.Parse($"fd00:0:66:{number:x}::/64"),
        };
    }
}
