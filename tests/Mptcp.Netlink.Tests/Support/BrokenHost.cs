using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>A client and a server with two links each to a router between them, for tests that break and repair them.</summary>
sealed class BrokenHost : IDisposable
{
    readonly LabNetwork _network;
    readonly Socket _listener;
    readonly List<Socket> _open = [];

    internal BrokenHost()
    {
        Needs.Mptcp();
        Needs.LabFaults();
        _network = new LabNetwork();
        (Client, Server) = (_network.AddHost("client"), _network.AddHost("server"));
        LabRouter router = _network.AddRouter("router");
        (Wifi, Cellular) = (_network.AddLink("wifi", Client, router), _network.AddLink("cellular", Client, router));
        (FirstUplink, SecondUplink) = (_network.AddLink("uplink1", router, Server), _network.AddLink("uplink2", router, Server));
        Server.SetLimits(4, 0);
        _open.Add(_listener = Server.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Any, 0), new MptcpListenOptions { Mode = MptcpMode.Required })));
    }

    internal LabHost Client { get; }

    internal LabHost Server { get; }

    internal LabLink Wifi { get; }

    internal LabLink Cellular { get; }

    internal LabLink FirstUplink { get; }

    internal LabLink SecondUplink { get; }

    internal IPEndPoint Peer => new(FirstUplink.GetAddress(Server), _listener.Port());

    /// <summary>Runs a shell script. Words in capitals stand for names that the lab has chosen.</summary>
    internal void Shell(LabHost host, string script) => host.Execute("sh", "-ec", script
        .Replace("WIFI", $"{Wifi.GetAddress(Client)}", StringComparison.Ordinal)
        .Replace("CELLULAR", $"{Cellular.GetAddress(Client)}", StringComparison.Ordinal)
        .Replace("ROUTER", $"{Cellular.GetAddress(_network.Hosts.OfType<LabRouter>().Single())}", StringComparison.Ordinal)
        .Replace("UPLINK", $"{SecondUplink.GetAddress(Server)}", StringComparison.Ordinal));

    internal static IReadOnlyList<MptcpFinding> Examine(LabHost host, MptcpHostSnapshot? before = null) =>
        MptcpDoctor.Examine(host.Run(MptcpHostSnapshot.Take), new MptcpDoctorOptions { Before = before });

    /// <summary>Connects, and lets each end send and acknowledge data. After that, the client's kernel opens its paths.</summary>
    internal async Task<Socket> ConnectAsync()
    {
        Socket client = Client.Run(() => MptcpSocket.Create(AddressFamily.InterNetwork));
        _open.Add(client);
        await client.ConnectAsync(Peer).WaitAsync(Limit.OfAWait);
        Socket server = await _listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        _open.Add(server);
        await client.SendAllAsync("x"u8.ToArray());
        (await server.ReceiveExactlyAsync(1)).Should().Equal((byte)'x');
        await server.SendAllAsync("y"u8.ToArray());
        (await client.ReceiveExactlyAsync(1)).Should().Equal((byte)'y');
        return client;
    }

    /// <summary>Counts the working paths of a connection.</summary>
    internal static int CountPaths(Socket client) => client.GetMptcpState() == MptcpState.Mptcp ? client.GetMptcpSubflows().Count(path => path.State == TcpState.Established) : 1;

    public void Dispose()
    {
        foreach (Socket socket in _open)
            socket.Dispose();

        _network.Dispose();
    }
}
