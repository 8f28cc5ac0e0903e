using System.Net.WebSockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>Applications notice nothing when a path dies.</summary>
public sealed class HttpOverPathsTests : IDisposable
{
    const int Download = 32 * 1024 * 1024;

    readonly TwoHosts _hosts = TwoHosts.WithFaults(200, 200);
    readonly HttpClient _client;
    int _connections;

    public HttpOverPathsTests()
    {
        _hosts.Client.UseAllLinks();

        // ConnectAsync creates the first socket on the calling thread. One address that answers needs no other socket.
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = (context, cancellationToken) =>
            {
                _connections++;
                return _hosts.Client.Run(() => MptcpHttp.ConnectAsync(context, cancellationToken));
            },
        });
    }

    public void Dispose()
    {
        _client.Dispose();
        _hosts.Dispose();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_completes_although_a_path_dies(bool isBlackhole)
    {
        await using TestServer server = await StartServerAsync();
        server.Content = Peers.RandomBytes(Download);
        using HttpResponseMessage response = await _client.GetAsync(server.Uri, HttpCompletionOption.ResponseHeadersRead);
        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] received = new byte[Download];
        await body.ReadExactlyAsync(received.AsMemory(0, Download / 4));
        await SecondPathAsync();

        using (isBlackhole ? _hosts.FirstLink.Blackhole() : _hosts.FirstLink.Down())
        {
            await body.ReadExactlyAsync(received.AsMemory(Download / 4));
            (await body.ReadAsync(new byte[1])).Should().Be(0);
        }

        Traffic.ShouldBeTheSame(received, server.Content);
        _connections.Should().Be(1);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_web_socket_continues_although_a_path_dies()
    {
        await using TestServer server = await StartServerAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Uri) { Scheme = "ws" }.Uri, _client, CancellationToken.None);
        await ExchangeAsync();
        await SecondPathAsync();

        using (_hosts.FirstLink.Blackhole())
        {
            for (int i = 0; i < 10; i++)
                await ExchangeAsync();

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
        }

        async Task ExchangeAsync()
        {
            byte[] message = Peers.RandomBytes(10_000), echo = new byte[message.Length];
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            for (int received = 0; received < echo.Length;)
                received += (await socket.ReceiveAsync(echo.AsMemory(received), CancellationToken.None)).Count;

            echo.Should().Equal(message);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Requests_on_a_kept_connection_succeed_while_paths_come_and_go()
    {
        await using TestServer server = await StartServerAsync();
        (await _client.GetByteArrayAsync(server.Uri)).Should().Equal(server.Content);
        await SecondPathAsync();
        Task flapping = _hosts.FirstLink.FlapAsync(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300));
        do
            (await _client.GetByteArrayAsync(server.Uri)).Should().Equal(server.Content);
        while (!flapping.IsCompleted);

        await flapping;
        _connections.Should().Be(1, "it was kept");
    }

    Task SecondPathAsync() => Eventually.TrueAsync(() => _hosts.Server.Read("MPJoinAckRx") == 1, "the second path is there");

    Task<TestServer> StartServerAsync() => TestServer.StartAsync(_hosts.FirstLink.GetAddress(_hosts.Server), host: _hosts.Server);
}
