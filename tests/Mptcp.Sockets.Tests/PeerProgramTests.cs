using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Programs of other projects at the other end.</summary>
public class PeerProgramTests
{
    const int MptcpProtocol = 262;
    const int TcpProtocol = 6;

    public static TheoryData<int, string> PythonSockets => new()
    {
        { MptcpProtocol, "127.0.0.1" },
        { MptcpProtocol, "::1" },
        { TcpProtocol, "127.0.0.1" },
        { TcpProtocol, "::1" },
    };

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(PythonSockets))]
    public async Task A_listening_socket_accepts_a_Python_client(int protocol, string address)
    {
        NeedsMptcp(address);
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.Parse(address), 0));

        Task<Child.Result> client = PythonPeer.RunEchoClientAsync(listener.EndPoint(), protocol, Traffic.Plenty);
        using Socket server = await listener.AcceptAsync();
        MptcpState state = server.GetMptcpState();
        await Traffic.EchoAsync(server);

        state.Should().Be(protocol == MptcpProtocol ? MptcpState.Mptcp : MptcpState.Tcp);
        server.KernelProtocol().Should().Be(protocol);
        (await client).ShouldSucceed().Output.Should().Be(WhatPythonSays(protocol));
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(PythonSockets))]
    public async Task A_listener_accepts_a_Python_client(int protocol, string address)
    {
        NeedsMptcp(address);
        using var listener = new MptcpTcpListener(IPAddress.Parse(address), 0);
        listener.Start();

        Task<Child.Result> client = PythonPeer.RunEchoClientAsync((IPEndPoint)listener.LocalEndpoint, protocol, Traffic.Plenty);
        using TcpClient server = await listener.AcceptTcpClientAsync();
        MptcpState state = server.GetMptcpState();
        await server.GetStream().CopyToAsync(server.GetStream());
        server.Client.Shutdown(SocketShutdown.Send);

        state.Should().Be(protocol == MptcpProtocol ? MptcpState.Mptcp : MptcpState.Tcp);
        (await client).ShouldSucceed().Output.Should().Be(WhatPythonSays(protocol));
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(PythonSockets))]
    public async Task A_socket_connects_to_a_Python_server(int protocol, string address)
    {
        NeedsMptcp(address);
        (Child server, IPEndPoint endPoint) = await PythonPeer.StartEchoServerAsync(IPAddress.Parse(address), protocol);
        await using Child owned = server;

        using Socket client = await MptcpSocket.ConnectAsync(endPoint);
        MptcpState state = client.GetMptcpState();
        await Traffic.ExpectEchoAsync(client);

        state.Should().Be(protocol == MptcpProtocol ? MptcpState.Mptcp : MptcpState.FellBack);
        (await server.Output.ReadLineAsync()).Should().Be($"{protocol}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(PythonSockets))]
    public async Task A_client_connects_to_a_Python_server(int protocol, string address)
    {
        NeedsMptcp(address);
        (Child server, IPEndPoint endPoint) = await PythonPeer.StartEchoServerAsync(IPAddress.Parse(address), protocol);
        await using Child owned = server;

        using var client = new MptcpTcpClient();
        await client.ConnectAsync(endPoint);
        MptcpState state = client.State;
        await Traffic.ExpectEchoAsync(client.Client);

        state.Should().Be(protocol == MptcpProtocol ? MptcpState.Mptcp : MptcpState.FellBack);
        (await server.Output.ReadLineAsync()).Should().Be($"{protocol}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true, MptcpState.Mptcp)]
    [InlineData(false, MptcpState.Tcp)]
    public async Task Kestrel_serves_curl(bool isMptcpized, MptcpState expected)
    {
        Needs.Mptcp();
        string[] curl = Curl(isMptcpized);
        using var directory = new TemporaryDirectory();
        await using TestServer server = await TestServer.StartAsync();

        Child.Result result = await DownloadAsync(curl, server.Uri, directory.File("download"));

        result.ShouldSucceed().Output.Should().Contain($"Mptcp-State: {expected}\r\n");
        (await File.ReadAllBytesAsync(directory.File("download"))).Should().Equal(server.Content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true, MptcpState.Mptcp)]
    [InlineData(false, MptcpState.Tcp)]
    public async Task A_listener_serves_curl(bool isMptcpized, MptcpState expected)
    {
        Needs.Mptcp();
        string[] curl = Curl(isMptcpized);
        using var directory = new TemporaryDirectory();
        byte[] content = Peers.RandomBytes(Traffic.Plenty);
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Task<Child.Result> client = DownloadAsync(curl, new Uri($"http://{listener.LocalEndpoint}"), directory.File("download"));
        using TcpClient server = await listener.AcceptTcpClientAsync();
        MptcpState state = server.GetMptcpState();
        await AnswerAsync(server, content);

        (await client).ShouldSucceed();
        state.Should().Be(expected);
        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("download")), content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true, MptcpState.Mptcp)]
    [InlineData(false, MptcpState.FellBack)]
    public async Task HttpClient_loads_from_nginx(bool isMptcpized, MptcpState expected)
    {
        Needs.Mptcp();
        byte[] content = Peers.RandomBytes(10_000_000);
        await using Nginx nginx = await Nginx.StartAsync(content, isMptcpized ? Mptcpize() : []);
        Socket? socket = null;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler.UseMptcp(new MptcpConnectOptions { ConfigureSocket = s => socket = s }));

        using HttpResponseMessage response = await client.GetAsync(nginx.Uri);

        response.EnsureSuccessStatusCode().Headers.Server.ToString().Should().StartWith("nginx");
        socket!.GetMptcpState().Should().Be(expected);
        Traffic.ShouldBeTheSame(await response.Content.ReadAsByteArrayAsync(), content);
    }

    static void NeedsMptcp(string address)
    {
        Needs.Mptcp();
        Needs.Python();
        if (address.Contains(':', StringComparison.Ordinal))
            Needs.IPv6();
    }

    /// <summary>The expected output of Python: the bytes came back, SO_PROTOCOL, and TCP_IS_MPTCP if the kernel has it.</summary>
    static string WhatPythonSays(int protocol) =>
        $"True\n{protocol} {(!MptcpCapabilities.Probe().SupportsStateOption ? "unknown" : protocol == MptcpProtocol ? "1" : "0")}\n";

    static string[] Mptcpize() => [Needs.Program("mptcpize", "mptcpize"), "run"];

    static string[] Curl(bool isMptcpized) => [.. isMptcpized ? Mptcpize() : [], Needs.Program("curl", "curl")];

    /// <summary>Ignores the user's configuration and environment of curl. The head of the response goes to the standard output.</summary>
    static Task<Child.Result> DownloadAsync(string[] curl, Uri uri, string file)
    {
        string[] command =
        [
            .. curl, "--disable", "--silent", "--show-error", "--fail", "--noproxy", "*",
            "--dump-header", "-", "--output", file, uri.ToString(),
        ];
        return Child.RunAsync(command[0], command[1..]);
    }

    /// <summary>Implements as much of HTTP/1.0 as curl needs: the end of the body is the end of the connection.</summary>
    static async Task AnswerAsync(TcpClient client, byte[] content)
    {
        using var request = new StreamReader(client.GetStream(), Encoding.Latin1, leaveOpen: true);
        while (await request.ReadLineAsync() is { Length: > 0 })
        {
        }

        await client.GetStream().WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
        await client.Client.SendToEndAsync(content);
        (await client.Client.ReceiveToEndAsync()).Should().BeEmpty();
    }
}
