using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Accepts connections and ends pending accepts, as .NET's own sockets do.</summary>
public class AcceptTests
{
    public static TheoryData<Ends, AddressFamily> Pairs => Pair.All;

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Required)]
    [InlineData(MptcpMode.Disabled)]
    public async Task Closing_a_listener_ends_a_pending_accept(MptcpMode mode)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = mode });

        Task<Socket> accept = listener.AcceptAsync();
        accept.IsCompleted.Should().BeFalse();
        listener.Dispose();

        (await FluentActions.Awaiting(() => accept).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.OperationAborted);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Required)]
    [InlineData(MptcpMode.Disabled)]
    public async Task Closing_a_listener_ends_a_blocking_accept(MptcpMode mode)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = mode });

        Task<Socket> accept = await Blocking.UntilAsleepAsync(listener.Accept);
        listener.Dispose();

        (await FluentActions.Awaiting(() => accept).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.Interrupted);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Required)]
    [InlineData(MptcpMode.Disabled)]
    public async Task A_cancelled_accept_accepts_no_connection(MptcpMode mode)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = mode });
        using var cancellation = new CancellationTokenSource();

        ValueTask<Socket> accept = listener.AcceptAsync(cancellation.Token);
        accept.IsCompleted.Should().BeFalse();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(async () => await accept).Should().ThrowAsync<OperationCanceledException>();

        using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint(), new MptcpConnectOptions { Mode = mode });
        using Socket server = await listener.AcceptAsync();
        server.RemoteEndPoint.Should().Be(client.LocalEndPoint);
    }

    /// <summary>As with .NET's own sockets: the given socket takes the accepted connection, even if their protocols differ.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task A_connection_can_be_accepted_into_an_existing_socket(Ends ends, AddressFamily family)
    {
        Pair.NeedsOf(ends, family);
        using Socket listener = Pair.Listen(ends, family);
        foreach (bool isTargetMptcp in new[] { true, false })
        {
            using Socket target = isTargetMptcp ? MptcpSocket.Create(family) : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var accept = new SocketAsyncEventArgs { AcceptSocket = target };
            accept.Completed += (_, _) => accepted.SetResult();

            listener.AcceptAsync(accept).Should().BeTrue("nobody has connected yet");
            using Socket client = await Pair.ConnectAsync(ends, listener.EndPoint());
            await accepted.Task;

            accept.SocketError.Should().Be(SocketError.Success);
            accept.AcceptSocket.Should().BeSameAs(target);
            target.Connected.Should().BeTrue();
            target.RemoteEndPoint.Should().Be(client.LocalEndPoint);
            target.GetMptcpState().Should().Be(Pair.StateOfServer(ends));
            await Traffic.ExchangeAsync(client, target);
        }
    }
}
