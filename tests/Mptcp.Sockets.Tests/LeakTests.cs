using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Descriptors belong to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public class LeakTests
{
    const int Count = 1000;
    static readonly IPEndPoint s_refusing;

    // Created early: a socket holds it, which must exist before sockets are counted.
    static LeakTests() => s_refusing = Peers.Refusing();

    [Fact(Timeout = Limit.OfATest)]
    public Task Closed_sockets_leave_no_descriptor_behind() => LeavesNoSocketAsync(() =>
    {
        for (int i = 0; i < Count; i++)
        {
            MptcpSocket.Create().Dispose();
            MptcpSocket.CreateBoundListenSocket(Peers.AnyPort(AddressFamily.InterNetwork)).Dispose();
            new MptcpTcpClient().Dispose();
            new MptcpTcpListener(IPAddress.Loopback, 0).Dispose();
        }

        return Task.CompletedTask;
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("ConnectAsync")]
    [InlineData("Connect")]
    [InlineData("client.ConnectAsync")]
    [InlineData("client.Connect")]
    [InlineData("constructor")]
    [InlineData("http")]
    public Task Failed_connects_leave_no_socket_behind(string how) => LeavesNoSocketAsync(async () =>
    {
        using var http = new HttpClient(new SocketsHttpHandler().UseMptcp());
        for (int i = 0; i < Count; i++)
        {
            await FluentActions.Awaiting(() => ConnectAsync(how, s_refusing, http, CancellationToken.None)).Should().ThrowAsync<Exception>()
                .Where(e => e is SocketException || e is HttpRequestException);
        }
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("ConnectAsync")]
    [InlineData("client.ConnectAsync")]
    [InlineData("http")]
    public Task Cancelled_connects_leave_no_socket_behind(string how) => LeavesNoSocketAsync(async () =>
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Count }.UseMptcp(new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.Zero }));
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            await FluentActions.Awaiting(() => ConnectAsync(how, silent.EndPoint, http, cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();
        });
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Connects_that_time_out_leave_no_socket_behind(bool isAsync) => LeavesNoSocketAsync(async () =>
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        var options = new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.Zero, ConnectTimeout = TimeSpan.FromMilliseconds(1) };
        for (int i = 0; i < Count; i++)
        {
            await FluentActions.Awaiting(async () => isAsync ? await MptcpSocket.ConnectAsync(silent.EndPoint, options) : MptcpSocket.Connect(silent.EndPoint, options))
                .Should().ThrowAsync<SocketException>();
        }
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connected_socket_that_nobody_closes_is_closed_when_it_is_collected()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        await ConnectAndForgetAsync(listener.EndPoint());

        using Socket server = await listener.AcceptAsync();
        Task<int> end = server.ReceiveAsync(new byte[1]);
        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return end.IsCompleted;
            },
            "the peer sees it closed");

        static async Task ConnectAndForgetAsync(IPEndPoint server) => (await MptcpSocket.ConnectAsync(server)).NoDelay = true;
    }

    static async Task ConnectAsync(string how, IPEndPoint endPoint, HttpClient http, CancellationToken cancellationToken)
    {
        switch (how)
        {
            case "ConnectAsync":
                using (await MptcpSocket.ConnectAsync(endPoint, new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.Zero }, cancellationToken))
                    return;
            case "Connect":
                using (MptcpSocket.Connect(endPoint))
                    return;
            case "client.ConnectAsync":
                using (var client = new MptcpTcpClient())
                    await client.ConnectAsync(endPoint, cancellationToken);
                return;
            case "client.Connect":
                using (var client = new MptcpTcpClient())
                    client.Connect(endPoint);
                return;
            case "constructor":
                using (new MptcpTcpClient(endPoint.Address.ToString(), endPoint.Port))
                    return;
            default:
                using (await http.GetAsync(new Uri($"http://{endPoint}/"), cancellationToken))
                    return;
        }
    }

    static async Task LeavesNoSocketAsync(Func<Task> body)
    {
        Needs.Linux();
        MptcpSocket.Create().Dispose(); // one-time descriptors are open from now on
        int before = Descriptors.CountSockets();

        await body();

        (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().BeLessThanOrEqualTo(before);
    }
}
