using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Integrations.Tests;

public class GrpcTests
{
    static readonly Marshaller<string> s_text = Marshallers.StringMarshaller;
    static readonly Method<string, string> s_echo = new(MethodType.Unary, "test.Echo", "Say", s_text, s_text);

    [Fact(Timeout = Limit.OfATest)]
    public async Task Calls_use_MPTCP_and_continue_after_a_restart_of_the_server()
    {
        Needs.Mptcp();
        WebServer first = await StartAsync(port: 0);
        using GrpcChannel channel = GrpcChannel.ForAddress(first.Uri, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true }.UseMptcp(),
        });
        (await CallAsync(channel, "before")).Should().Be("before");

        await first.DisposeAsync();
        await using WebServer second = await StartAsync(first.Uri.Port);

        (await CallAsync(channel, "after")).Should().Be("after");
        foreach (WebServer server in new[] { first, second })
            server.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.State == MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_survives_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        await using WebServer server = await paths.StartAsync(address => StartAsync(port: 0, address));
        using GrpcChannel channel = GrpcChannel.ForAddress(server.Uri, new GrpcChannelOptions { HttpHandler = paths.Client.UseFor(new SocketsHttpHandler().UseMptcp()) });

        await paths.ShouldSurviveAsync(async () => (await CallAsync(channel, "hello")).Should().Be("hello"));
    }

    internal static void OfThePage()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress("https://example.org", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true }.UseMptcp(),
        });
    }

    static async Task<string> CallAsync(GrpcChannel channel, string text) =>
        await channel.CreateCallInvoker().AsyncUnaryCall(s_echo, host: null, new CallOptions(deadline: DateTime.UtcNow + Limit.OfAWait), text);

    static Task<WebServer> StartAsync(int port, IPAddress? address = null) => WebServer.StartAsync(
        application => application.MapGrpcService<Echo>(),
        builder => builder.Services.AddGrpc(),
        port,
        listen => listen.Protocols = HttpProtocols.Http2,
        address);

    /// <summary>The base class that protoc generates for a service with one method.</summary>
    [BindServiceMethod(typeof(EchoBase), nameof(Bind))]
    abstract class EchoBase
    {
        public static void Bind(ServiceBinderBase binder, EchoBase? service) => binder.AddMethod(s_echo, service is null ? null : service.Say);

        public abstract Task<string> Say(string text, ServerCallContext context);
    }

    sealed class Echo : EchoBase
    {
        public override Task<string> Say(string text, ServerCallContext context) => Task.FromResult(text);
    }
}
