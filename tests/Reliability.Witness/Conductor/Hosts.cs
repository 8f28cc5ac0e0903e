using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Lab;
using Reliability.Roles;

namespace Reliability.Conductor;

/// <summary>A client and a server with two paths between them. The second path leads through a router that translates addresses.</summary>
sealed class Hosts : IDisposable
{
    readonly LabNetwork _network = new();

    internal Hosts()
    {
        Client = _network.AddHost("client");
        Server = _network.AddHost("server");
        Nat = _network.AddRouter("nat");
        First = _network.AddLink("first", Client, Server);
        Second = _network.AddLink("second", Client, Nat);
        Outside = _network.AddLink("outside", Nat, Server);
        Nat.EnableNat(Outside);
        Outside.GetInterface(Nat).AddDefaultRoute(); // to the address that most connections begin with
        Second.GetInterface(Client).AddDefaultRoute();
        foreach (LabHost host in (LabHost[])[Client, Server])
        {
            // The kernel gives up on a connection after seconds, so that each ends within its time limit.
            host.SetSysctl("net.ipv4.tcp_retries2", "6");
            host.SetSysctl("net.ipv4.tcp_syn_retries", "3"); // while the kernel waits for the answer to a SYN, it does not end a connection
            host.SetSysctl("net.ipv4.tcp_keepalive_time", "10");
            host.SetSysctl("net.ipv4.tcp_keepalive_intvl", "5");
            host.SetSysctl("net.ipv4.tcp_keepalive_probes", "4");
            host.SetSysctl("net.mptcp.close_timeout", "10");
            host.SetLimits(4, 4);
        }
    }

    internal LabHost Client { get; }

    internal LabHost Server { get; }

    internal LabRouter Nat { get; }

    internal LabLink First { get; }

    internal LabLink Second { get; }

    internal LabLink Outside { get; }

    /// <summary>Gets the addresses of the server, one on each path.</summary>
    internal string[] Addresses => [$"{First.GetAddress(Server)}", $"{Outside.GetAddress(Server)}"];

    /// <summary>Returns the number of sockets of TCP and MPTCP that the kernel has on both hosts, apart from those in TIME_WAIT.</summary>
    internal int CountSockets() => new[] { Client, Server }.Sum(host => host.Run(() => Read("/proc/thread-self/net/protocols", "TCP ", "MPTCP ", "TCPv6 ", "MPTCPv6 ")));

    /// <summary>Returns the number of endpoints of the client.</summary>
    internal int CountEndpoints() => Client.Execute("ip", ["mptcp", "endpoint"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Returns the paths over which the client does not reach the echo server.</summary>
    internal IReadOnlyList<string> FindDeadPaths() => Client.Run(() => new[]
    {
        (First, First.GetAddress(Server)), (Second, First.GetAddress(Server)), (Second, Outside.GetAddress(Server)),
    }.Where(path => !Reaches(path.Item1, path.Item2)).Select(path => $"{path.Item1.Name} to {path.Item2}").ToArray());

    public void Dispose() => _network.Dispose();

    static bool Reaches(LabLink link, IPAddress address)
    {
        const int socketLevel = 1, bindToDevice = 25; // SOL_SOCKET, SO_BINDTODEVICE
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(socketLevel, bindToDevice, Encoding.ASCII.GetBytes(link.Name));
        try
        {
            socket.Connect(address, LoadPlan.EchoPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // protocol size sockets …
    static int Read(string file, params string[] protocols) => File.ReadLines(file)
        .Where(line => protocols.Any(protocol => line.StartsWith(protocol, StringComparison.Ordinal)))
        .Sum(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture));
}
