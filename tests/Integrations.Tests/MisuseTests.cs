using System.Net;
using System.Net.WebSockets;
using Grpc.Core;
using Grpc.Net.Client;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Integrations.Tests;

/// <summary>Wrong use of a library with MPTCP ends in its usual exception, whose message names the remedy.</summary>
public class MisuseTests
{
    [Fact]
    public void A_second_call_on_the_handler_of_gRPC_is_refused()
    {
        var options = new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler().UseMptcp() };

        FluentActions.Invoking(() => ((SocketsHttpHandler)options.HttpHandler).UseMptcp()).Should().Throw<InvalidOperationException>().WithMessage("*Call it once*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_handler_that_has_sent_a_request_is_refused()
    {
        await using WebServer server = await WebServer.StartAsync(application => application.MapGet("/", () => "hello"));
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler);
        await client.GetStringAsync(server.Uri);

        FluentActions.Invoking(() => handler.UseMptcp()).Should().Throw<InvalidOperationException>().WithMessage("*before sending the first request*");
    }

    [Fact]
    public void A_client_besides_the_handler_of_gRPC_is_refused()
    {
        using var handler = new SocketsHttpHandler().UseMptcp();
        using var client = new HttpClient(handler, disposeHandler: false);

        FluentActions.Invoking(() => GrpcChannel.ForAddress("http://127.0.0.1", new GrpcChannelOptions { HttpHandler = handler, HttpClient = client }))
            .Should().Throw<ArgumentException>().WithMessage("*Only one*");
    }

    [Fact]
    public void Load_balancing_and_the_state_of_a_channel_of_gRPC_are_refused()
    {
        FluentActions.Invoking(() => GrpcChannel.ForAddress("dns:///localhost", Options())).Should().Throw<InvalidOperationException>();
        using GrpcChannel channel = GrpcChannel.ForAddress("http://127.0.0.1", Options());
        channel.Invoking(c => c.State).Should().Throw<InvalidOperationException>();

        static GrpcChannelOptions Options() => new() { HttpHandler = new SocketsHttpHandler().UseMptcp(), Credentials = ChannelCredentials.Insecure };
    }

    [Fact]
    public void A_client_of_Refit_with_the_handler_of_Refit_is_refused()
    {
        var services = new ServiceCollection();
        services.AddRefitGeneratedClient<IOrders>().ConfigureHttpClient(client => client.BaseAddress = new Uri("http://127.0.0.1")).UseMptcp();
        using ServiceProvider provider = services.BuildServiceProvider();

        FluentActions.Invoking(() => provider.GetRequiredService<IOrders>()).Should().Throw<InvalidOperationException>().WithMessage($"*Use a {nameof(SocketsHttpHandler)}*");
    }

    [Fact]
    public async Task A_web_socket_with_a_proxy_of_its_own_is_refused()
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler().UseMptcp());
        using var webSocket = new ClientWebSocket();
        webSocket.Options.Proxy = new WebProxy("http://127.0.0.1");

        (await webSocket.Awaiting(socket => socket.ConnectAsync(new Uri("ws://127.0.0.1"), invoker, CancellationToken.None)).Should().ThrowAsync<ArgumentException>())
            .WithMessage("*HttpMessageInvoker*");
    }

    [Fact]
    public async Task A_socket_that_is_not_connected_is_refused_by_MailKit()
    {
        using var socket = MptcpSocket.Create();
        using var client = new ImapClient();

        (await client.Awaiting(c => c.ConnectAsync(socket, "127.0.0.1", 993, SecureSocketOptions.SslOnConnect)).Should().ThrowAsync<ArgumentException>())
            .WithMessage("*not connected*");
    }
}
