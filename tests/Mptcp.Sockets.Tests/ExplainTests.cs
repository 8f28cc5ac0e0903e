using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets.Explaining;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Each reason, produced by its real cause.</summary>
public class ExplainTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_uses_MPTCP_is_explained()
    {
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);
        using Socket unused = MptcpSocket.Create();

        foreach (Socket socket in new[] { pair.Client, pair.Server, unused })
            socket.ExplainMptcp().Reason.Should().Be(MptcpReason.InUse);
    }

    [Fact]
    public void An_unconnected_socket_is_explained_by_what_it_will_do()
    {
        Needs.Mptcp();
        using Socket unused = MptcpSocket.Create();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        unused.ExplainMptcp().Text.Should().Contain("will offer").And.NotContain("accept");
        listener.ExplainMptcp().Text.Should().Contain("accepts clients").And.NotContain("offer");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_without_working_paths_is_explained()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        hosts.FirstLink.ResetTcp();
        await connection.Client.SendAllAsync("y"u8.ToArray());

        await Eventually.TrueAsync(() => connection.Client.ExplainMptcp().Reason != MptcpReason.InUse, "the last subflow is gone");
        MptcpExplanation why = Explain(hosts.Client, connection.Client);

        why.Reason.Should().Be(MptcpReason.NoPath);
        why.Text.Should().Contain("net.mptcp.close_timeout");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_of_which_one_side_is_shut_down_is_still_explained()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket client = await MptcpSocket.ConnectAsync(listener.LocalEndPoint!);
        using Socket server = await listener.AcceptAsync();

        client.Shutdown(SocketShutdown.Send);

        client.ExplainMptcp().Text.Should().Be("MPTCP is in use.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_fallback_is_explained_after_a_reset_and_the_socket_stays_as_it_was()
    {
        Needs.Mptcp();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Peers.AnyPort(AddressFamily.InterNetwork));
        listener.Listen();
        using Socket client = await MptcpSocket.ConnectAsync(listener.LocalEndPoint!);
        using (Socket server = await listener.AcceptAsync())
        {
            await client.SendAllAsync("hello"u8.ToArray());
            (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
            server.LingerState = new LingerOption(true, 0); // closes with a reset
        }

        await Eventually.TrueAsync(() => client.Poll(0, SelectMode.SelectError), "the reset arrives");
        MptcpReason reason = client.ExplainMptcp().Reason;

        reason.Should().BeOneOf(MptcpReason.AnsweredWithout, MptcpReason.Ambiguous);
        client.Connected.Should().BeTrue("nothing was sent or received since");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_peer_without_MPTCP_is_certain_before_data_although_counters_allow_other_reasons()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Listen();
        using Socket first = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        using (hosts.FirstLink.StripMptcp())
        {
            await first.SendAllAsync("hello"u8.ToArray());
            (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
            await server.SendAllAsync("hello"u8.ToArray());
            (await first.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
        }

        if (!hosts.Client.ReadCounters().TryGetValue("MPCapableDataFallback", out long counted))
            Needs.KernelLacks("that counts connections that fall back with their first data (MPCapableDataFallback).");

        counted.Should().BePositive("the client has counted a fallback of another connection");
        using Socket plain = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));
        using Socket client = hosts.Connect(plain.EndPoint());

        Explain(hosts.Client, client).Reason.Should().Be(MptcpReason.AnsweredWithout);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_fallback_is_certain_after_data_although_earlier_ones_were_counted(AddressFamily family)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        if (!CanListConnections(hosts.Client))
            Needs.KernelLacks("that lists MPTCP connections (CONFIG_INET_MPTCP_DIAG).");

        IPAddress address = hosts.FirstLink.GetAddress(hosts.Server, family);
        using Socket listener = hosts.Listen(address), plain = hosts.Server.Run(() => Peers.ListenTcp(address));
        using Socket later = hosts.Connect(listener.EndPoint()), laterPeer = await listener.AcceptAsync();
        using (hosts.FirstLink.StripMptcp())
            await ExchangeAsync(later, laterPeer);

        using Socket atOnce = hosts.Client.Run(() => MptcpSocket.Create()); // dual-mode, with mapped addresses
        await atOnce.ConnectAsync(plain.EndPoint());
        using Socket atOncePeer = await plain.AcceptAsync();
        await ExchangeAsync(atOnce, atOncePeer);
        later.GetMptcpState().Should().Be(MptcpState.FellBack);

        Explain(hosts.Client, atOnce).Reason.Should().Be(MptcpReason.AnsweredWithout);
        Explain(hosts.Client, later).Reason.Should().Be(MptcpReason.FellBackLater);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task With_an_MPTCP_listener_a_plain_client_is_the_only_reason()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Listen(), plain = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled }), accepted = await listener.AcceptAsync();
        MptcpState state = listener.GetMptcpState();

        MptcpExplanation why = hosts.Server.Run(() => accepted.ExplainMptcp(state));

        why.Reason.Should().Be(MptcpReason.NotRequested);
        why.Text.Should().Contain("client").And.NotContain("nobody").And.NotContain(" or ");

        hosts.Server.SetSysctl("net.mptcp.enabled", "0"); // that concerns new sockets
        hosts.Server.Run(() => accepted.ExplainMptcp(state)).Reason.Should().Be(MptcpReason.NotRequested);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task With_a_TCP_listener_the_listener_is_the_only_reason()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));
        using Socket client = hosts.Connect(listener.EndPoint()), accepted = await listener.AcceptAsync();

        MptcpExplanation why = hosts.Server.Run(() => accepted.ExplainMptcp(MptcpState.Tcp)), listens = Explain(hosts.Server, listener);

        why.Reason.Should().Be(MptcpReason.NotRequested);
        why.Text.Should().StartWith("This is a TCP socket, accepted by a socket that listens with TCP: nobody asked for MPTCP there, and all clients get TCP.").And.Contain("UseMptcp()").And.NotContain("did not offer");
        listens.Reason.Should().Be(MptcpReason.NotRequested);
        listens.Text.Should().StartWith("This socket listens with TCP: nobody asked for MPTCP there, and all clients get TCP.").And.NotContain("accepted");

        hosts.Server.SetSysctl("net.mptcp.enabled", "0");
        hosts.Server.Run(() => accepted.ExplainMptcp(MptcpState.Tcp)).Reason.Should().Be(MptcpReason.SystemUnavailable);
    }

    [Fact]
    public void A_refused_upgrade_is_explained_by_the_option() => OneHost.Run(_ =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 77 };

        MptcpSocket.TryUpgrade(socket).Should().BeFalse();

        socket.ExplainMptcp().Reason.Should().NotBe(MptcpReason.NotRequested);
        socket.ExplainMptcp().Text.Should().Contain("TryUpgrade").And.Contain("option");
    });

    [Fact]
    public void A_plain_TCP_socket_is_explained_as_not_requested() => OneHost.Run(_ =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket disabled = MptcpSocket.Create(MptcpMode.Disabled);

        socket.ExplainMptcp().Reason.Should().Be(MptcpReason.NotRequested);
        disabled.ExplainMptcp().Reason.Should().Be(MptcpReason.NotRequested);
    });

    [Fact]
    public void A_system_without_MPTCP_is_explained_with_the_remedy() => OneHost.Run(
        host =>
        {
            using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
            using Socket client = MptcpSocket.Connect(listener.EndPoint());

            using var nobodys = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            foreach (Socket socket in new[] { listener, client, nobodys })
            {
                MptcpExplanation why = socket.ExplainMptcp();
                why.Reason.Should().Be(MptcpReason.SystemUnavailable);
                why.UnavailableReason.Should().Be(MptcpUnavailableReason.DisabledBySysctl);
                why.ToString().Should().Contain("ENOPROTOOPT").And.Contain("sysctl -w net.mptcp.enabled=1");
            }
        },
        mptcpEnabled: false);

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_peer_without_MPTCP_is_explained()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));

        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        Explain(hosts.Client, client).Reason.Should().Be(MptcpReason.AnsweredWithout);
        Explain(hosts.Server, server).Reason.Should().Be(MptcpReason.NotRequested);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_without_MPTCP_is_explained()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Listen();

        using Socket client = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket server = await listener.AcceptAsync();

        Explain(hosts.Client, client).Reason.Should().Be(MptcpReason.NotRequested);
        Explain(hosts.Server, server).Reason.Should().Be(MptcpReason.NotRequested);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_firewall_that_strips_the_option_is_explained()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.FirstLink.StripMptcpFromSynAcks();
        using Socket listener = hosts.Listen();

        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        Explain(hosts.Client, client).Reason.Should().Be(MptcpReason.AnsweredWithout, "the client cannot tell the peer from what is on the way");
        Explain(hosts.Server, server).Reason.Should().Be(MptcpReason.OptionsStripped);

        using Socket plainListener = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));
        Explain(hosts.Server, plainListener).Reason.Should().Be(MptcpReason.NotRequested, "nobody has accepted it");
        using Socket outgoing = hosts.Server.Run(() => MptcpSocket.Connect(plainListener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));
        Explain(hosts.Server, outgoing).Reason.Should().Be(MptcpReason.Ambiguous, "a connection that was opened here looks the same");

        using Socket plain = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket second = await listener.AcceptAsync();
        Explain(hosts.Server, second).Reason.Should().Be(MptcpReason.Ambiguous, "one of two accepted clients never offered it");
    }

    [Fact]
    public void A_firewall_that_drops_SYNs_is_explained()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.FirstLink.DropMptcpSyns();
        using Socket listener = hosts.Listen();
        var options = new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.FromMilliseconds(100) };

        using Socket first = hosts.Connect(listener.EndPoint(), options);
        Eventually.True(() => MptcpBlackholes.Contains(listener.EndPoint()), "the check confirms it");
        using Socket second = hosts.Connect(listener.EndPoint(), options);

        foreach ((Socket socket, MptcpReason reason) in new[] { (first, MptcpReason.OvertakenByTcp), (second, MptcpReason.Blackhole) })
        {
            MptcpExplanation why = Explain(hosts.Client, socket);
            why.Reason.Should().Be(reason);
            why.RetryIn.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromHours(1));
            why.Text.Should().Contain(listener.EndPoint().ToString()).And.Contain("MptcpBlackholes.Clear() makes it try earlier");
        }

        if (!hosts.Client.ReadCounters().ContainsKey("MPCapableSYNTXDrop"))
            return; // since Linux 6.12, the kernel learns, too

        using Socket learning = hosts.Client.Run(() => MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required));
        learning.Connect(listener.EndPoint());
        Explain(hosts.Client, second).Text.Should().Contain("MptcpBlackholes.Clear() does not make it forget");
    }

    [Fact]
    public void A_firewall_that_drops_SYNs_is_explained_by_the_memory_of_the_kernel()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.FirstLink.DropMptcpSyns();
        using Socket listener = hosts.Listen();

        if (!hosts.Client.ReadCounters().ContainsKey("MPCapableSYNTXDrop"))
            Needs.KernelLacks("that falls back by itself where SYNs are dropped: Linux 6.12.");

        using Socket client = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Required });

        MptcpExplanation why = Explain(hosts.Client, client);
        why.Reason.Should().Be(MptcpReason.Blackhole);
        why.RetryIn.Should().Be(TimeSpan.FromHours(1), "that is the kernel's default, and the longest that can be left");

        hosts.Client.SetSysctl("net.mptcp.blackhole_timeout", "100");
        Explain(hosts.Client, client).RetryIn.Should().Be(TimeSpan.FromSeconds(100));
        Explain(hosts.Client, client).Text.Should().Contain("after at most 100 s");

        hosts.Client.SetSysctl("net.mptcp.blackhole_timeout", "0");
        Explain(hosts.Client, client).RetryIn.Should().BeNull("the kernel keeps no such memory");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 64)]
    [InlineData(long.MaxValue, 64)]
    public void The_kernels_memory_of_a_blackhole_doubles_each_time(long times, int? hours) => OneHost.Run(host =>
    {
        if (!File.Exists("/proc/sys/net/mptcp/blackhole_timeout"))
            Needs.KernelLacks("that remembers blackholes: Linux 6.12.");

        KernelsBlackhole.LongestLeft(new MptcpCounters(new Dictionary<string, long> { ["Blackhole"] = times })).Should().Be(hours is { } h ? TimeSpan.FromHours(h) : null);
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task Options_that_are_stripped_from_data_are_explained()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Listen();
        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        hosts.FirstLink.StripMptcp();

        await client.SendAllAsync("hello"u8.ToArray());
        (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());

        server.GetMptcpState().Should().Be(MptcpState.FellBack);
        bool isCounted = hosts.Server.ReadCounters().ContainsKey("MPCapableDataFallback"); // Linux 6.1 does not count it
        Explain(hosts.Server, server).Reason.Should().Be(isCounted || CanListConnections(hosts.Server) ? MptcpReason.FellBackLater : MptcpReason.Ambiguous);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Data_that_is_altered_on_the_way_is_explained()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        foreach (LabHost host in new[] { hosts.Client, hosts.Server })
            host.SetSysctl("net.mptcp.checksum_enabled", "1");
        using Socket listener = hosts.Listen();
        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        await client.SendAllAsync("hello"u8.ToArray());
        (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
        client.GetMptcpInfo().IsChecksumEnabled.Should().BeTrue();

        // Nobody checks the TCP checksum of veth's packets, as if the gateway had corrected it.
        hosts.Server.Execute("nft", "add table inet gateway; add chain inet gateway alter { type filter hook input priority 0; }; add rule inet gateway alter @ih,0,8 set 0x4a");
        await client.SendAllAsync("hello"u8.ToArray());
        (await server.ReceiveExactlyAsync(5)).Should().Equal("Jello"u8.ToArray());
        await Eventually.TrueAsync(() => hosts.Client.Read("MPFailRx") == 1, "the client receives the report of the wrong checksum");
        await client.SendAllAsync("hello"u8.ToArray()); // with an infinite mapping: RFC 8684, section 3.7
        (await server.ReceiveExactlyAsync(5)).Should().Equal("Jello"u8.ToArray());

        await Eventually.TrueAsync(() => client.GetMptcpState() == MptcpState.FellBack && server.GetMptcpState() == MptcpState.FellBack, "both ends fall back");
        Explain(hosts.Client, client).Reason.Should().Be(MptcpReason.FellBackLater);
        Explain(hosts.Server, server).Reason.Should().Be(MptcpReason.FellBackLater);
    }

    [Fact]
    public void An_ambiguous_fallback_is_reported_as_ambiguous()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using Socket plain = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));
        using Socket listener = hosts.Listen();
        using Socket answeredWithout = hosts.Connect(plain.EndPoint());
        using LabFault firewall = hosts.FirstLink.DropMptcpSyns();
        if (!hosts.Client.ReadCounters().ContainsKey("MPCapableSYNTXDrop"))
            Needs.KernelLacks("that falls back by itself where SYNs are dropped: Linux 6.12.");

        using Socket dropped = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Required });

        MptcpExplanation why = Explain(hosts.Client, dropped);

        why.Reason.Should().Be(MptcpReason.Ambiguous);
        why.Text.Should().Contain("or a device on the way removed it (1 times)").And.Contain("SYNs with MPTCP had no answer");
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();

        FluentActions.Invoking(() => ((TcpClient)null!).ExplainMptcp()).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((Socket)null!).ExplainMptcp()).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => udp.ExplainMptcp()).Should().Throw<NotSupportedException>();
        FluentActions.Invoking(() => closed.ExplainMptcp()).Should().Throw<ObjectDisposedException>();
    }

    static MptcpExplanation Explain(LabHost host, Socket socket) => host.Run(() => socket.ExplainMptcp());

    static bool CanListConnections(LabHost host) => host.Execute("ss", "-MHa").Length > 0 || host.Run(() =>
    {
        using Socket listening = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        return host.Execute("ss", "-MHa").Length > 0;
    });

    static async Task ExchangeAsync(Socket client, Socket server)
    {
        await client.SendAllAsync("hello"u8.ToArray());
        (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
        await server.SendAllAsync("hello"u8.ToArray());
        (await client.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
    }
}
