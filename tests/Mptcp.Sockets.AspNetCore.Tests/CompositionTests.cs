using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>UseMptcp together with the other calls that build a web host, in every order.</summary>
public class CompositionTests
{
    public enum Builder
    {
        Full,
        Slim,
        Empty,
    }

    public static MatrixTheoryData<Builder, string> Orders =>
        new(Enum.GetValues<Builder>(), ["mptcp", "mptcp kestrel", "kestrel mptcp", "mptcp sockets kestrel", "kestrel sockets mptcp", "sockets mptcp kestrel mptcp"]);

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Orders))]
    public async Task UseMptcp_works_in_every_order_with_every_builder(Builder kind, string order)
    {
        Needs.Mptcp();
        var options = new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory };
        WebApplicationBuilder builder = kind switch
        {
            Builder.Full => WebApplication.CreateBuilder(options),
            Builder.Slim => WebApplication.CreateSlimBuilder(options),
            _ => WebApplication.CreateEmptyBuilder(options),
        };
        if (kind == Builder.Empty && !order.Contains("kestrel", StringComparison.Ordinal))
            order += " kestrel"; // this builder has no server

        await using App app = await App.StartAsync(builder, b =>
        {
            b.Services.AddRouting();
            b.WebHost.UseUrls("http://127.0.0.1:0");
            foreach (string call in order.Split(' '))
            {
                _ = call switch
                {
                    "mptcp" => b.WebHost.UseMptcp(),
                    "kestrel" => b.WebHost.UseKestrel(),
                    _ => b.WebHost.UseSockets(o => o.Backlog = 7),
                };
            }
        });

        (await app.AskAsync()).Should().Be(MptcpState.Mptcp);
        (await app.AskAsync(isMptcp: false)).Should().Be(MptcpState.Tcp);
        if (order.Contains("sockets", StringComparison.Ordinal))
            (await ReadBacklogAsync(app.Uri.Port)).Should().Be(7, "other options of the transport are kept");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task UseMptcp_works_with_the_generic_host()
    {
        Needs.Mptcp();
        using IHost host = Host.CreateDefaultBuilder()
            .ConfigureWebHostDefaults(web => web.UseMptcp().UseUrls("http://127.0.0.1:0").Configure(app =>
                app.Run(context => context.Response.WriteAsync($"{context.GetMptcpState()}"))))
            .Build();
        await host.StartAsync();
        using HttpClient client = App.Client();

        string uri = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        (await client.GetStringAsync(uri)).Should().Be(nameof(MptcpState.Mptcp));

        await host.StopAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task UseMptcp_refuses_a_callback_that_creates_the_sockets()
    {
        Func<Task> start = () => App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp().UseUrls("http://127.0.0.1:0");
            builder.WebHost.UseSockets(o => o.CreateBoundListenSocket = e => MptcpSocket.CreateBoundListenSocket(e));
        });

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*CreateBoundListenSocket is set and UseMptcp was called*Remove one of them*ConfigureSocket*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task UseMptcp_does_not_affect_Unix_sockets_and_inherited_handles()
    {
        Needs.Mptcp();
        using var directory = new TemporaryDirectory();
        using Socket inherited = Peers.ListenTcp();
        string path = directory.File("socket");
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Required);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.ConfigureEndpointDefaults(listen => listen.UseMptcp());
                kestrel.ListenUnixSocket(path);
                kestrel.ListenHandle((ulong)inherited.Handle);
            });
        });

        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        (await client.GetStringAsync("http://localhost/")).Should().BeEmpty("a Unix socket has no state");
        (await app.AskAsync(new Uri($"http://{inherited.EndPoint()}"))).Should().Be(MptcpState.Tcp);
        app.CountLogs("ListeningOverMptcp").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_address_in_use_has_the_error_of_Kestrel()
    {
        Needs.Mptcp();
        using Socket other = Peers.ListenTcp();

        Func<Task> start = () => App.StartAsync(builder => builder.WebHost.UseMptcp().UseUrls($"http://{other.EndPoint()}"));

        (await start.Should().ThrowAsync<IOException>()).WithMessage("*address already in use*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task ConfigureSocket_receives_each_socket_before_it_is_bound()
    {
        Needs.Mptcp();
        var seen = new List<(MptcpState State, EndPoint? Local)>();
        await using App app = await App.StartAsync(builder => builder.WebHost
            .UseMptcp(o => o.ConfigureSocket = socket => seen.Add((socket.GetMptcpState(), socket.LocalEndPoint)))
            .UseUrls("http://127.0.0.1:0", "http://[::1]:0"));

        seen.Should().Equal((MptcpState.Mptcp, null), (MptcpState.Mptcp, null));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_stopped_application_leaves_no_socket_behind()
    {
        Needs.Mptcp();
        Socket? listening = null;
        App app = await App.StartAsync(builder => builder.WebHost.UseMptcp(o => o.ConfigureSocket = socket => listening = socket).UseUrls("http://127.0.0.1:0"));
        (await app.AskAsync()).Should().Be(MptcpState.Mptcp);

        await app.DisposeAsync();

        listening!.SafeHandle.IsClosed.Should().BeTrue();
        await FluentActions.Awaiting(() => app.AskAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    /// <summary>Returns the backlog, as ss(8) shows it for a listening socket.</summary>
    static async Task<int> ReadBacklogAsync(int port)
    {
        Child.Result listed = await Child.RunAsync(Needs.Program("ss", "iproute2"), ["-ltnH", "sport", "=", $":{port}"]);
        return int.Parse(listed.ShouldSucceed().Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }
}
