using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class HttpTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task HTTP_uses_MPTCP(string address)
    {
        Needs.Mptcp();
        if (address == "::1")
            Needs.IPv6();

        await using TestServer server = await TestServer.StartAsync(IPAddress.Parse(address));
        using var client = new HttpClient(NewHandler().UseMptcp());

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
        response.Version.Should().Be(HttpVersion.Version11);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(server.Content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task HTTPS_and_HTTP_2_use_MPTCP(HttpProtocols protocols, bool useTls)
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync(protocols: protocols, useTls: useTls);
        Version version = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        using var client = new HttpClient(NewHandler().UseMptcp())
        {
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        server.Uri.Scheme.Should().Be(useTls ? "https" : "http");
        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
        response.Version.Should().Be(version);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(server.Content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("http", false)]
    [InlineData("http", true)]
    [InlineData("socks5", false)]
    [InlineData("socks5", true)]
    public async Task The_connection_to_a_proxy_uses_MPTCP(string proxyScheme, bool useTls)
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync(useTls: useTls);
        await using var proxy = new TestProxy();
        SocketsHttpHandler handler = NewHandler();
        handler.UseProxy = true;
        handler.Proxy = new WebProxy(proxy.Uri(proxyScheme));
        using var client = new HttpClient(handler.UseMptcp());

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        proxy.Clients.Should().Equal(MptcpState.Mptcp);
        TestServer.StateIn(response).Should().Be(MptcpState.Tcp, "the proxy goes on over plain TCP");
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(server.Content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, true)]
    public async Task Web_sockets_use_MPTCP(HttpProtocols protocols, bool useTls)
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync(protocols: protocols, useTls: useTls);
        Uri uri = new UriBuilder(server.Uri) { Scheme = useTls ? "wss" : "ws" }.Uri;
        using var invoker = new HttpMessageInvoker(NewHandler().UseMptcp());
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        client.Options.HttpVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await client.ConnectAsync(uri, invoker, CancellationToken.None);

        client.HttpResponseHeaders!["Mptcp-State"].Should().Equal(nameof(MptcpState.Mptcp));
        foreach (int size in new[] { 0, 1, 100_000 })
        {
            byte[] message = Peers.RandomBytes(size);
            await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            (await ReceiveMessageAsync(client)).Should().Equal(message);
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred, MptcpMode.Required, MptcpState.Mptcp, MptcpState.Mptcp)]
    [InlineData(MptcpMode.Required, MptcpMode.Required, MptcpState.Mptcp, MptcpState.Mptcp)]
    [InlineData(MptcpMode.Disabled, MptcpMode.Required, MptcpState.Tcp, MptcpState.Tcp)]
    [InlineData(MptcpMode.Preferred, MptcpMode.Disabled, MptcpState.FellBack, MptcpState.Tcp)]
    [InlineData(MptcpMode.Required, MptcpMode.Disabled, MptcpState.FellBack, MptcpState.Tcp)]
    [InlineData(MptcpMode.Disabled, MptcpMode.Disabled, MptcpState.Tcp, MptcpState.Tcp)]
    public async Task Data_is_complete_with_each_pair_of_protocols(
        MptcpMode client, MptcpMode server, MptcpState stateOfClient, MptcpState stateOfServer)
    {
        if (client != MptcpMode.Disabled || server != MptcpMode.Disabled)
            Needs.Mptcp();

        await using TestServer kestrel = await TestServer.StartAsync(mode: server);
        Socket? socket = null;
        var options = new MptcpConnectOptions { Mode = client, ConfigureSocket = s => socket = s };
        using var http = new HttpClient(NewHandler().UseMptcp(options));
        byte[] content = Peers.RandomBytes(32 * 1024 * 1024);
        byte[] hash = SHA256.HashData(content);

        using HttpResponseMessage upload = await http.PutAsync(kestrel.Uri, new ByteArrayContent(content));
        string hashAtServer = await upload.Content.ReadAsStringAsync();
        byte[] download = await http.GetByteArrayAsync(kestrel.Uri);

        hashAtServer.Should().Be(Convert.ToHexString(hash));
        SHA256.HashData(download).Should().Equal(hash);
        socket!.GetMptcpState().Should().Be(stateOfClient);
        TestServer.StateIn(upload).Should().Be(stateOfServer);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_TCP_server_is_refused_if_an_MPTCP_peer_is_required()
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync(mode: MptcpMode.Disabled);
        Socket? socket = null;
        var options = new MptcpConnectOptions { RequireMptcpPeer = true, ConfigureSocket = s => socket = s };
        using var client = new HttpClient(NewHandler().UseMptcp(options));

        (await FluentActions.Awaiting(() => client.GetAsync(server.Uri)).Should().ThrowAsync<HttpRequestException>())
            .Which.InnerException.Should().BeOfType<MptcpFallbackException>()
            .Which.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, server.Uri.Port));

        socket!.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_MPTCP_server_is_accepted_if_an_MPTCP_peer_is_required()
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient(NewHandler().UseMptcp(new MptcpConnectOptions { RequireMptcpPeer = true }));

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task ConnectAsync_fits_ConnectCallback()
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync();
        SocketsHttpHandler handler = NewHandler();
        handler.ConnectCallback = MptcpHttp.ConnectAsync;
        using var client = new HttpClient(handler);

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Synchronous_requests_use_MPTCP()
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient(NewHandler().UseMptcp()) { Timeout = Limit.OfAWait };

        using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, server.Uri));
        using Stream body = response.Content.ReadAsStream();
        byte[] content = new byte[server.Content.Length];
        body.ReadExactly(content);

        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
        content.Should().Equal(server.Content);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred)]
    [InlineData(MptcpMode.Disabled)]
    public async Task Small_writes_are_sent_at_once_as_HttpClient_does(MptcpMode mode)
    {
        await using TestServer server = await TestServer.StartAsync(mode: MptcpMode.Preferred);
        Socket? socket = null;
        var options = new MptcpConnectOptions { Mode = mode, NoDelay = false, ConfigureSocket = s => socket = s };
        using var client = new HttpClient(NewHandler().UseMptcp(options));

        await client.GetByteArrayAsync(server.Uri);

        socket!.NoDelay.Should().BeTrue();
        options.NoDelay.Should().BeFalse("the caller's options do not change");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Later_changes_of_the_options_have_no_effect()
    {
        Needs.Mptcp();
        await using TestServer server = await TestServer.StartAsync();
        var options = new MptcpConnectOptions();
        using var client = new HttpClient(NewHandler().UseMptcp(options));
        options.Mode = MptcpMode.Disabled;
        options.LocalEndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0);
        options.ConfigureSocket = _ => throw new InvalidOperationException("set too late");

        using HttpResponseMessage response = await client.GetAsync(server.Uri);

        TestServer.StateIn(response).Should().Be(MptcpState.Mptcp);
    }

    [Fact]
    public void UseMptcp_returns_the_handler()
    {
        using var handler = new SocketsHttpHandler();

        handler.UseMptcp().Should().BeSameAs(handler);
    }

    [Fact]
    public void A_handler_with_another_connect_callback_is_refused()
    {
        using var twice = new SocketsHttpHandler().UseMptcp();
        using var own = new SocketsHttpHandler();
        own.ConnectCallback = (_, _) => throw new NotSupportedException();
        var callback = own.ConnectCallback;

        twice.Invoking(handler => handler.UseMptcp()).Should().Throw<InvalidOperationException>().WithMessage("UseMptcp was already called*");
        own.Invoking(handler => handler.UseMptcp()).Should().Throw<InvalidOperationException>().WithMessage("*ConnectCallback*");

        own.ConnectCallback.Should().BeSameAs(callback);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_handler_that_is_in_use_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(mode: MptcpMode.Disabled);
        using SocketsHttpHandler handler = NewHandler();
        using var client = new HttpClient(handler);
        await client.GetByteArrayAsync(server.Uri);

        handler.Invoking(h => h.UseMptcp()).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Null_is_refused()
    {
        FluentActions.Invoking(() => MptcpHttp.UseMptcp(null!)).Should().Throw<ArgumentNullException>().WithParameterName("handler");
        FluentActions.Invoking(() => MptcpHttp.ConnectAsync(null!, CancellationToken.None))
            .Should().Throw<ArgumentNullException>().WithParameterName("context");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_connect_has_the_exception_of_HttpClient(bool toPort0)
    {
        var uri = new Uri($"http://{(toPort0 ? "127.0.0.1:0" : Peers.Refusing())}");
        using var plain = new HttpClient(NewHandler());
        using var client = new HttpClient(NewHandler().UseMptcp());

        HttpRequestException expected = await FailAsync(plain, uri);
        HttpRequestException actual = await FailAsync(client, uri);

        actual.HttpRequestError.Should().Be(expected.HttpRequestError).And.Be(HttpRequestError.ConnectionError);
        if (!toPort0) // the library refuses port 0, which a system would refuse otherwise
        {
            actual.InnerException.Should().BeAssignableTo<SocketException>()
                .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_can_be_cancelled_while_it_connects()
    {
        using Peers.Unanswering peer = await Peers.UnansweringAsync();
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new MptcpConnectOptions { ConfigureSocket = _ => connecting.TrySetResult() };
        using var client = new HttpClient(NewHandler().UseMptcp(options));
        using var cancellation = new CancellationTokenSource();

        Task request = client.GetAsync(new Uri($"http://{peer.EndPoint}"), cancellation.Token);
        await connecting.Task;
        request.IsCompleted.Should().BeFalse();
        await cancellation.CancelAsync();

        (await FluentActions.Awaiting(() => request).Should().ThrowAsync<TaskCanceledException>())
            .Which.CancellationToken.Should().Be(cancellation.Token);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_handlers_time_limit_ends_the_connect()
    {
        using Peers.Unanswering peer = await Peers.UnansweringAsync();
        Socket? socket = null;
        SocketsHttpHandler handler = NewHandler();
        handler.ConnectTimeout = TimeSpan.FromMilliseconds(100);
        var options = new MptcpConnectOptions { TcpFallbackDelay = Timeout.InfiniteTimeSpan, ConfigureSocket = s => socket = s };
        using var client = new HttpClient(handler.UseMptcp(options));

        (await client.Awaiting(c => c.GetAsync(new Uri($"http://{peer.EndPoint}"))).Should().ThrowAsync<TaskCanceledException>())
            .Which.InnerException.Should().BeOfType<TimeoutException>();

        socket!.SafeHandle.IsClosed.Should().BeTrue();
    }

    /// <summary>Creates a handler that trusts the certificate of the tests, and ignores proxies of the environment.</summary>
    static SocketsHttpHandler NewHandler() => new() { UseProxy = false, SslOptions = Certificates.TrustLoopback() };

    static async Task<HttpRequestException> FailAsync(HttpClient client, Uri uri) =>
        (await FluentActions.Awaiting(() => client.GetAsync(uri)).Should().ThrowAsync<HttpRequestException>()).Which;

    static async Task<byte[]> ReceiveMessageAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            part.MessageType.Should().Be(WebSocketMessageType.Binary);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return message.ToArray();
    }
}
