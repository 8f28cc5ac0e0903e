using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>Compares the list of connections with ss(8) and with the sockets of the connections.</summary>
public partial class ConnectionsTests
{
    static readonly MptcpConnectionFilter s_withSubflows = new() { IncludeSubflows = true };

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_listed_connection_equals_the_report_of_ss_and_of_its_socket()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await connection.ExchangeAsync(100_000, 50_000);
        Ss ss = Ss.Connection(hosts.Client, connection.Listener.Port());

        MptcpConnection listed = hosts.Client.Run(() => MptcpConnections.List(s_withSubflows)).Should().ContainSingle().Which;

        listed.AddressFamily.Should().Be(connection.Client.AddressFamily);
        listed.LocalEndPoint.Should().Be(ss.Local).And.Be(connection.Client.LocalEndPoint);
        listed.RemoteEndPoint.Should().Be(ss.Remote).And.Be(connection.Client.RemoteEndPoint);
        listed.State.Should().Be(TcpState.Established);
        ((ulong)listed.Token).Should().Be(ss.Hexadecimal("token"));
        listed.Inode.Should().Be(ss.Number("ino")).And.Be(InodeOf(connection.Client));
        listed.UserId.Should().Be(ss.Number("uid"));
        listed.Mark.Should().Be(0);
        MptcpInfo own = connection.Client.GetMptcpInfo();
        listed.Info.Should().NotBeNull();
        Timeless(listed.Info!.Value).Should().Be(Timeless(own));

        Ss[] subflows = Ss.Subflows(hosts.Client, connection.Listener.Port());
        listed.Subflows.Should().HaveCount(2).And.HaveCount(subflows.Length);
        foreach (MptcpConnectionSubflow subflow in listed.Subflows!)
        {
            Ss same = subflows.Should().ContainSingle(s => s.Local.Equals(subflow.LocalEndPoint)).Which;
            same.Remote.Should().Be(subflow.RemoteEndPoint);
            Match ids = Ids().Match(same.ToString());
            subflow.RemoteToken.Should().Be(Hexadecimal(ids.Groups[1].Value));
            subflow.RemoteAddressId.Should().Be(byte.Parse(ids.Groups[2].Value, CultureInfo.InvariantCulture));
            listed.Token.Should().Be(Hexadecimal(ids.Groups[3].Value));
            subflow.LocalAddressId.Should().Be(byte.Parse(ids.Groups[4].Value, CultureInfo.InvariantCulture));
            Letters(subflow.Flags).Should().Be(same.Text("flags"));
            subflow.Tcp.State.Should().Be(TcpState.Established);
            subflow.Tcp.BytesSent.Should().Be(same.Number("bytes_sent"));
            subflow.Tcp.BytesReceived.Should().Be(same.Number("bytes_received"));
            subflow.Tcp.SmoothedRtt!.Value.TotalMilliseconds.Should().BeApproximately(same.Decimals("rtt")[0], 0.001);
            subflow.MapSequence.Should().Be(same.Hexadecimal("seq"));
            subflow.MapDataLength.Should().Be((int)same.Hexadecimal("maplen"));
            Match device = Device().Match(same.ToString());
            (subflow.InterfaceIndex == 0).Should().Be(!device.Success);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_is_found_by_its_token()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection one = await hosts.ConnectAsync(), other = await hosts.ConnectAsync();
        uint token = other.Client.GetMptcpInfo().Token;

        MptcpConnection found = hosts.Client.Run(() => MptcpConnections.Find(token))!;

        found.Token.Should().Be(token);
        found.LocalEndPoint.Should().Be(other.Client.LocalEndPoint);
        hosts.Client.Run(() => MptcpConnections.Find(token, includeSubflows: false))!.Should().Match<MptcpConnection>(f => f.Token == token && f.Subflows == null);
        found.Subflows.Should().HaveCount(2).And.Contain(subflow => subflow.LocalEndPoint.Equals(other.Client.LocalEndPoint));
        hosts.Client.Run(() => MptcpConnections.Find(token ^ 1)).Should().BeNull();
        hosts.Server.Run(() => MptcpConnections.Find(token)).Should().BeNull("the server's token is another");
    }

    [Fact(Timeout = Limit.OfATest)]
    public Task The_filter_selects_connections() => Hosts.OnOneAsync(host =>
    {
        using Socket listener4 = MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket listener6 = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions { DualMode = true });
        using Socket client4 = MptcpSocket.Connect(listener4.EndPoint()), server4 = listener4.Accept();
        using Socket client6 = MptcpSocket.Connect(new IPEndPoint(IPAddress.IPv6Loopback, listener6.Port())), server6 = listener6.Accept();
        using Socket mapped = MptcpSocket.Connect(new IPEndPoint(IPAddress.Loopback, listener6.Port())), serverOfMapped = listener6.Accept();
        using Socket tcp = Peers.ListenTcp(), tcpClient = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcpClient.Connect(tcp.EndPoint());

        Ports(null).Should().BeEquivalentTo(PortsOf(client4, server4, client6, server6, mapped, serverOfMapped));
        Ports(new() { AddressFamily = AddressFamily.InterNetworkV6 }).Should().BeEquivalentTo(PortsOf(client6, server6, serverOfMapped));
        Ports(new() { AddressFamily = AddressFamily.InterNetwork }).Should().BeEquivalentTo(PortsOf(client4, server4, mapped));
        Ports(new() { LocalPort = listener6.Port() }).Should().BeEquivalentTo(PortsOf(server6, serverOfMapped));
        Ports(new() { RemotePort = listener4.Port() }).Should().BeEquivalentTo(PortsOf(client4));
        Ports(new() { LocalPort = listener6.Port(), RemotePort = client6.EndPoint().Port }).Should().BeEquivalentTo(PortsOf(server6));
        Ports(new() { States = [TcpState.Listen] }).Should().BeEquivalentTo([listener4.Port(), listener6.Port()]);
        Ports(new() { States = [TcpState.Listen, TcpState.Established], LocalPort = listener4.Port() }).Should().Equal(listener4.Port(), listener4.Port());
        Ports(new() { States = [TcpState.CloseWait] }).Should().BeEmpty();
        client4.Shutdown(SocketShutdown.Both);
        server4.Receive(new byte[1]).Should().Be(0);
        Ports(new() { States = [TcpState.CloseWait, TcpState.FinWait1, TcpState.FinWait2] }).Should().BeEquivalentTo(PortsOf(client4, server4));

        MptcpConnections.List(new() { LocalPort = listener6.Port() }).Select(connection => connection.LocalEndPoint.Address)
            .Should().BeEquivalentTo([IPAddress.IPv6Loopback, IPAddress.Loopback], "the IPv4 address of an IPv6 socket is returned as IPv4");
        MptcpConnections.List().Should().OnlyContain(connection => connection.Subflows == null);
        MptcpConnections.List(s_withSubflows).Should().OnlyContain(connection => connection.Subflows!.Count == 1);
        MptcpConnection listening = MptcpConnections.List(new() { States = [TcpState.Listen], LocalPort = listener4.Port() }).Should().ContainSingle().Which;
        listening.Should().Match<MptcpConnection>(l => l.Info == null && l.Token == 0 && l.State == TcpState.Listen && l.RemoteEndPoint.Port == 0);

        static List<int> Ports(MptcpConnectionFilter? filter) => [.. MptcpConnections.List(filter).Select(connection => connection.LocalEndPoint.Port)];
        static IEnumerable<int> PortsOf(params Socket[] sockets) => sockets.Select(socket => socket.EndPoint().Port);
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Many_connections_are_all_listed() => Hosts.OnOneAsync(_ =>
    {
        const int count = 300;
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), new MptcpListenOptions { Backlog = count });
        Socket[] clients = [.. Enumerable.Range(0, count).Select(_ => MptcpSocket.Connect(listener.EndPoint()))];
        try
        {
            IReadOnlyList<MptcpConnection> listed = MptcpConnections.List(new MptcpConnectionFilter { RemotePort = listener.Port(), IncludeSubflows = true });

            listed.Select(connection => connection.Token).Should().BeEquivalentTo(clients.Select(client => client.GetMptcpInfo().Token));
            listed.Should().OnlyContain(connection => connection.Subflows!.Count == 1);
            foreach (MptcpConnectionFilter? filter in new[] { null, s_withSubflows })
            {
                MptcpConnections.List(filter); // one-time work is not counted
                long before = GC.GetAllocatedBytesForCurrentThread();
                int all = MptcpConnections.List(filter).Count;
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                TestContext.Current.TestOutputHelper?.WriteLine($"{allocated} bytes for {all} connections");
                allocated.Should().BeLessThan(1024 * all);
            }
        }
        finally
        {
            foreach (Socket client in clients)
                client.Dispose();
        }
    });

    [Fact]
    public void Wrong_filters_are_refused()
    {
        Wrong(new() { AddressFamily = AddressFamily.Unix }, "*InterNetwork*Unix*");
        Wrong(new() { LocalPort = -1 }, "*65535, not -1*");
        Wrong(new() { RemotePort = 65536 }, "*65535, not 65536*");
        Wrong(new() { States = [TcpState.Established, (TcpState)99] }, "*state 99*");

        static void Wrong(MptcpConnectionFilter filter, string message) =>
            filter.Invoking(MptcpConnections.List).Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(nameof(filter));
    }

    /// <summary>Removes the values that change from one moment to the next.</summary>
    static MptcpInfo Timeless(MptcpInfo info) => info with { LastDataSent = null, LastDataReceived = null, LastAckReceived = null };

    static long InodeOf(Socket socket) =>
        long.Parse(Regex.Match(File.ResolveLinkTarget($"/proc/self/fd/{socket.Handle}", false)!.Name, "\\d+").Value, CultureInfo.InvariantCulture);

    static uint Hexadecimal(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Returns the flags as letters, as ss writes them: misc/ss.c of iproute2.</summary>
    static string Letters(MptcpSubflowFlags flags) => string.Concat("MmJjBbecv".Where((_, i) => ((int)flags & (1 << i)) != 0));

    [GeneratedRegex(@"tcp-ulp-mptcp.* token:(\w+)\(id:(\d+)\)/(\w+)\(id:(\d+)\)")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\s[\d.]+%")]
    private static partial Regex Device();
}
