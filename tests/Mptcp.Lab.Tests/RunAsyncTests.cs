using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class RunAsyncTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Code_after_an_await_runs_on_the_host()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        string here = Namespace(), host = network.Client().Run(Namespace);
        var seen = new List<string>();

        string result = await network.Client().RunAsync(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                seen.Add(Namespace());
                await Task.Yield();
                seen.Add(Namespace());
                await Task.Delay(1);
            }

            await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            {
                await Task.Delay(1);
                seen.Add(Namespace());
            }));
            return Namespace();
        });

        result.Should().Be(host).And.NotBe(here);
        seen.Should().HaveCount(11).And.OnlyContain(place => place == host);
        Namespace().Should().Be(here);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_exception_before_or_after_an_await_reaches_the_caller()
    {
        using LabNetwork network = Labs.TwoHosts();
        LabHost client = network.Client();

        await FluentActions.Awaiting(() => client.RunAsync(() => throw new InvalidDataException("at once"))).Should().ThrowAsync<InvalidDataException>().WithMessage("at once");
        await FluentActions.Awaiting(() => client.RunAsync(ThrowLaterAsync)).Should().ThrowAsync<InvalidDataException>().WithMessage("later");
        await FluentActions.Awaiting(() => client.RunAsync(() => null!)).Should().ThrowAsync<Exception>();
        await FluentActions.Awaiting(() => client.RunAsync((Func<Task>)null!)).Should().ThrowAsync<ArgumentNullException>();
        network.Dispose();
        await FluentActions.Awaiting(() => client.RunAsync(() => Task.CompletedTask)).Should().ThrowAsync<ObjectDisposedException>();

        static async Task ThrowLaterAsync()
        {
            await Task.Yield();
            throw new InvalidDataException("later");
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_HTTP_client_connects_from_the_host(bool hasCallback)
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabHost client = network.Client(), server = network.Server();
        using Socket listener = server.Listen(network.GetLink("wifi").GetAddress(server));
        var places = new List<string>();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (hasCallback)
            handler.ConnectCallback = ConnectAsync;

        using var http = new HttpClient(client.UseFor(handler));
        Task<string> getting = http.GetStringAsync($"http://{listener.EndPoint()}/");
        using Socket accepted = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        ((IPEndPoint)accepted.RemoteEndPoint!).Address.Should().Be(network.GetLink("wifi").GetAddress(client));
        await accepted.ReceiveAsync(new byte[1000]);
        await accepted.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));

        (await getting.WaitAsync(Limit.OfAWait)).Should().Be("hello");
        if (hasCallback)
            places.Should().Equal(client.Run(Namespace));

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            places.Add(Namespace());
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    static string Namespace() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name;
}
