using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class ActivationTests
{
    const int Tcp = 6, Mptcp = 262;

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Mptcp, "127.0.0.1", "MPTCP")]
    [InlineData(Tcp, "127.0.0.1", "TCP")]
    [InlineData(Mptcp, "::", "MPTCP")]
    [InlineData(Tcp, "::1", "TCP")]
    public async Task An_activated_socket_is_ordinary_and_accepts_MPTCP_and_TCP_clients(int protocol, string address, string protocolName)
    {
        Needs.Mptcp();
        NeedsFamilyOf(address);
        await using Child server = Systemd.Start([Systemd.Listening(protocol, address)], Witness.Command("activation", "", "false"), names: "public");
        int port = await ReadPortAsync(server);

        string log = await server.ReadLineAsync(), socket = await server.ReadLineAsync();

        log.Should().Contain($"Took over 'public', which listens on {new IPEndPoint(IPAddress.Parse(address), port)} over {protocolName}.");
        MptcpState state = protocol == Mptcp ? MptcpState.Mptcp : MptcpState.Tcp;
        socket.Should().Be($"public: Tcp {state} bound True at {new IPEndPoint(IPAddress.Parse(address), port)} blocking True close-on-exec");
        (await server.ReadLineAsync()).Should().Be("again: 0, of any name: 0", "a socket is given once");
        (await server.ReadLineAsync()).Should().Be("variables: 1");
        (await server.ReadLineAsync()).Should().Be("ready");
        IPAddress target = address.Contains(':') ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        foreach (MptcpMode mode in new[] { MptcpMode.Required, MptcpMode.Disabled, MptcpMode.Required }) // accepted in three ways
        {
            await EchoAsync(new IPEndPoint(target, port), mode);
            MptcpState expected = mode == MptcpMode.Required ? state : MptcpState.Tcp;
            (await server.ReadLineAsync()).Should().Be($"served Tcp {expected}");
        }

        (await server.ExitAsync()).ShouldSucceed();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_activated_socket_keeps_its_backlog()
    {
        Needs.Mptcp();
        string ss = Needs.Program("ss", "iproute2");
        await using Child server = Systemd.Start([Systemd.Listening(Mptcp, backlog: 7)], Witness.Command("activation", "", "false"));
        int port = await ReadPortAsync(server);
        await server.ReadToAsync("ready");

        Child.Result sockets = (await Child.RunAsync(ss, ["-tlnH", $"sport = {port}"])).ShouldSucceed();

        sockets.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2].Should().Be("7", "ss shows the backlog of a listener as its Send-Q");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_activated_socket_is_served_unchanged_under_the_kill_switch()
    {
        Needs.Mptcp();
        await using Child server = Systemd.Start(
            [Systemd.Listening(Mptcp)], Witness.Command("activation", "", "false"), environment: new Dictionary<string, string> { [KillSwitch.EnvironmentName] = "1" });

        string[] said = await server.ReadToAsync("ready");

        said.Should().Contain(line => line.StartsWith("unknown: Tcp Mptcp bound True"), "it is grafted, and no other MPTCP socket made to find out whether it may be");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Sockets_of_one_name_are_taken_and_others_are_left()
    {
        Needs.Mptcp();
        await using Child server = Systemd.Start(
            ["unix", Systemd.Listening(Mptcp), "datagram", Systemd.Listening(Tcp)], Witness.Command("activation", "echo", "false"), names: "a:echo:b:echo");
        int first = await ReadPortAsync(server), second = await ReadPortAsync(server);

        string[] said = await server.ReadToAsync("ready");

        said.Should().Contain(line => line.StartsWith($"echo: Tcp Mptcp bound True at 127.0.0.1:{first}"));
        said.Should().Contain(line => line.StartsWith($"echo: Tcp Tcp bound True at 127.0.0.1:{second}"));
        said[^3].Should().StartWith("again: 0, of any name: Descriptor 3 ('a') is a Unix socket.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Sockets_without_names_are_called_unknown()
    {
        await using Child server = Systemd.Start([Systemd.Listening(Tcp)], Witness.Command("activation", "unknown", "true"));

        string[] said = await server.ReadToAsync("ready");

        said.Should().Contain(line => line.StartsWith("unknown: Tcp Tcp bound True"));
        said.Should().Contain("variables: ", "they were to be unset");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("1")]
    [InlineData("-")]
    public async Task Sockets_for_another_process_are_ignored(string processId)
    {
        await using Child server = Systemd.Start([Systemd.Listening(Tcp)], Witness.Command("activation", "", "false"), processId: processId);

        string[] said = await server.ReadToAsync("ready");

        said.Should().HaveCount(4).And.Contain("again: 0, of any name: 0");
        (await server.ExitAsync()).ShouldSucceed();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("file", "Descriptor 4 ('b') is not a socket but /dev/null.")]
    [InlineData("pipe", "Descriptor 4 ('b') is not a socket but pipe:[")]
    [InlineData("datagram", "Descriptor 4 ('b') is a socket of type 2 and protocol 17.")]
    [InlineData("unix", "Descriptor 4 ('b') is a Unix socket.")]
    [InlineData("6,127.0.0.1,-1", "Descriptor 4 ('b') is a socket that does not listen")]
    public async Task A_descriptor_that_does_not_listen_is_named_and_nothing_is_taken(string second, string complaint)
    {
        await using Child server = Systemd.Start([Systemd.Listening(Tcp), second], Witness.Command("activation", "", "false"), names: "a:b");

        Child.Result result = await server.ExitAsync();

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain($"refused: {complaint}").And.Contain("open: 3 4");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("1000000", "-", "Descriptor ")]
    [InlineData("abc", "-", "LISTEN_FDS must be a whole number from 0 to 2147483644, not 'abc'.")]
    public async Task Invalid_activation_variables_are_refused(string count, string names, string complaint)
    {
        await using Child server = Systemd.Start([Systemd.Listening(Tcp)], Witness.Command("activation", "", "false"), names, count);

        Child.Result result = await server.ExitAsync();

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain($"refused: {complaint}");
    }

    [Theory]
    [InlineData("42", "2", "a:b", "3 a, 4 b")]
    [InlineData("42", "2", null, "3 unknown, 4 unknown")]
    [InlineData("42", "2", ":", "3 , 4 ")]
    [InlineData("42", "1", "", "3 ")]
    [InlineData("42", "0", "", "")]
    [InlineData("42", "0", null, "")]
    [InlineData("42", null, "a", "")]
    [InlineData("42", "", null, "")]
    [InlineData(null, "2", "a:b", "")]
    [InlineData("43", "nonsense of another process", null, "")]
    public void Activation_variables_are_read_as_systemd_defines_them(string? processId, string? count, string? names, string expected)
    {
        string.Join(", ", ActivationVariables.Parse(42, processId, count, names).Select(given => $"{given.Descriptor} {given.Name}")).Should().Be(expected);
    }

    [Theory]
    [InlineData("42", "-1", null, "LISTEN_FDS must be a whole number from 0 to 2147483644, not '-1'.")]
    [InlineData("42", "2147483645", null, "LISTEN_FDS must be*")]
    [InlineData("42", "99999999999", null, "LISTEN_FDS must be*")]
    [InlineData("42", " 1", null, "LISTEN_FDS must be*")]
    [InlineData("abc", "1", null, "LISTEN_PID must be a whole number*'abc'.")]
    [InlineData("42", "1", "a:b", "LISTEN_FDNAMES has 2 names ('a:b'), and LISTEN_FDS says 1 descriptors*")]
    [InlineData("42", "3", "a:b", "LISTEN_FDNAMES has 2 names*")]
    [InlineData("42", "0", "a", "LISTEN_FDNAMES has 1 names*")]
    public void An_invalid_activation_variable_is_named(string processId, string count, string? names, string complaint)
    {
        FluentActions.Invoking(() => ActivationVariables.Parse(42, processId, count, names).ToArray()).Should().Throw<InvalidOperationException>().WithMessage(complaint);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Activation_by_Kestrel_serves_over_the_protocol_of_the_socket()
    {
        Needs.Mptcp();
        await using Child server = Systemd.Start([Systemd.Listening(Mptcp), Systemd.Listening(Tcp)], Witness.Command("activation-kestrel"));
        int overMptcp = await ReadPortAsync(server), overTcp = await ReadPortAsync(server);
        await server.ReadToAsync("ready");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp());

        (await client.GetStringAsync(new Uri($"http://127.0.0.1:{overMptcp}/"))).Should().Be("Mptcp");
        (await client.GetStringAsync(new Uri($"http://127.0.0.1:{overTcp}/"))).Should().Be("Tcp");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Mptcp, "127.0.0.1")]
    [InlineData(Tcp, "127.0.0.1")]
    [InlineData(Mptcp, "::")]
    public async Task A_listener_from_an_activated_socket_behaves_as_TcpListener(int protocol, string address)
    {
        Needs.Mptcp();
        NeedsFamilyOf(address);
        await using Child server = Systemd.Start([Systemd.Listening(protocol, address)], Witness.Command("activation-listener"));
        int port = await ReadPortAsync(server);
        MptcpState state = protocol == Mptcp ? MptcpState.Mptcp : MptcpState.Tcp;

        string[] said = await server.ReadToAsync("ready");

        said[0].Should().Be($"{(protocol == Mptcp ? MptcpMode.Preferred : MptcpMode.Disabled)} True {state} False");
        for (int i = 0; i < 5; i++)
        {
            await EchoAsync(new IPEndPoint(IPAddress.Loopback, port), MptcpMode.Preferred);
            (await server.ReadLineAsync()).Should().Be($"served Tcp {state}");
        }

        (await server.ReadLineAsync()).Should().Be($"True {state}", "stopped and started, it listens at the same address");
        await EchoAsync(new IPEndPoint(IPAddress.Loopback, port), MptcpMode.Preferred);
        (await server.ExitAsync()).ShouldSucceed();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_activated_socket_is_wrapped_and_cannot_become_a_listener_without_the_graft()
    {
        Needs.Mptcp();
        await using Child server = Systemd.Start([Systemd.Listening(Mptcp)], Witness.Command("activation-wrapped"));
        int port = await ReadPortAsync(server);

        (await server.ReadLineAsync()).Should().Contain("Accept from the socket itself");
        (await server.ReadLineAsync()).Should().Be("Unknown Mptcp close-on-exec");
        for (int i = 0; i < 2; i++)
        {
            await EchoAsync(new IPEndPoint(IPAddress.Loopback, port), MptcpMode.Required);
            (await server.ReadLineAsync()).Should().Be("served Unknown Mptcp");
        }

        (await server.ExitAsync()).ShouldSucceed();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_listener_can_take_over_a_listening_socket_of_this_process()
    {
        using var one = new OneHost(); // where no other test takes the port that becomes free
        Socket socket = one.Host.Run(() => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork)));
        IPEndPoint endPoint = socket.EndPoint();

        using TcpListener listener = MptcpTcpListener.FromListenSocket(socket);

        listener.LocalEndpoint.Should().Be(endPoint);
        FluentActions.Invoking(() => socket.Accept()).Should().Throw<ObjectDisposedException>();
        using Socket client = one.Host.Run(() => MptcpSocket.Connect(endPoint, new MptcpConnectOptions { RequireMptcpPeer = true }));
        using Socket server = await listener.AcceptSocketAsync();
        await Traffic.ExchangeAsync(client, server);
        listener.Stop();
        FluentActions.Invoking(() => one.Host.Run(() => MptcpSocket.Connect(endPoint))).Should().Throw<SocketException>("it was the only descriptor");
    }

    static void NeedsFamilyOf(string address)
    {
        if (address.Contains(':'))
            Needs.IPv6();
    }

    static async Task EchoAsync(IPEndPoint server, MptcpMode mode)
    {
        using Socket client = await MptcpSocket.ConnectAsync(server, new MptcpConnectOptions { Mode = mode });
        byte[] sent = Peers.RandomBytes(100);
        await client.SendAllAsync(sent);
        (await client.ReceiveExactlyAsync(sent.Length)).Should().Equal(sent);
    }

    static async Task<int> ReadPortAsync(Child server) => int.Parse(await server.ReadLineAsync(), CultureInfo.InvariantCulture);
}
