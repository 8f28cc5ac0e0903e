using System.Net.Security;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// The data of a connection, and its end. Both ends use MPTCP, or one of them, or none. The case without MPTCP is the control: .NET's own
/// sockets define the expected behaviour.
/// </summary>
public class StreamTests
{
    public static TheoryData<Ends, AddressFamily> Pairs => Pair.All;

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Data_arrives_complete_in_both_directions_at_once(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);

        await Traffic.ExchangeAsync(pair.Client, pair.Server);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Data_arrives_complete_in_both_directions_with_blocking_calls(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        byte[] fromClient = Peers.RandomBytes(Traffic.Plenty), fromServer = Peers.RandomBytes(Traffic.Plenty);

        Task<byte[]> atServer = Blocking.RunAsync(() => Receive(pair.Server)), atClient = Blocking.RunAsync(() => Receive(pair.Client));
        await Task.WhenAll(Blocking.RunAsync(() => Send(pair.Client, fromClient)), Blocking.RunAsync(() => Send(pair.Server, fromServer)));

        Traffic.ShouldBeTheSame(await atServer, fromClient);
        Traffic.ShouldBeTheSame(await atClient, fromServer);

        static void Send(Socket socket, ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
                bytes = bytes[socket.Send(bytes)..];

            socket.Shutdown(SocketShutdown.Send);
        }

        static byte[] Receive(Socket socket)
        {
            byte[] bytes = new byte[Traffic.Plenty], end = new byte[1];
            for (int received = 0; received < bytes.Length;)
            {
                int n = socket.Receive(bytes.AsSpan(received));
                n.Should().BePositive("the peer has more to send");
                received += n;
            }

            socket.Receive(end).Should().Be(0);
            return bytes;
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Data_arrives_complete_through_network_streams(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        await using var client = new NetworkStream(pair.Client, ownsSocket: true);
        await using var server = new NetworkStream(pair.Server, ownsSocket: true);

        await ExchangeAsync(client, server);
        await ExchangeThroughBlockingCallsAsync(client, server);

        await client.DisposeAsync();
        (await server.ReadAsync(new byte[1])).Should().Be(0);
        pair.Client.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Data_arrives_complete_through_TLS(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        await using var client = new SslStream(new NetworkStream(pair.Client));
        await using var server = new SslStream(new NetworkStream(pair.Server));

        await Task.WhenAll(
            client.AuthenticateAsClientAsync(Certificates.TrustLoopback("localhost")),
            server.AuthenticateAsServerAsync(Certificates.Loopback));
        await ExchangeAsync(client, server);
        await ExchangeThroughBlockingCallsAsync(client, server);

        await client.ShutdownAsync();
        (await server.ReadAsync(new byte[1])).Should().Be(0);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task A_side_that_has_finished_sending_still_receives(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        byte[] question = Peers.RandomBytes(100), answer = Peers.RandomBytes(Traffic.Plenty);

        await pair.Client.SendToEndAsync(question);
        byte[] asked = await pair.Server.ReceiveToEndAsync();
        Task answering = pair.Server.SendToEndAsync(answer);
        byte[] answered = await pair.Client.ReceiveToEndAsync();
        await answering;

        asked.Should().Equal(question);
        Traffic.ShouldBeTheSame(answered, answer);
        pair.Client.Invoking(c => c.Send(new byte[1])).Should().Throw<SocketException>()
            .Which.SocketErrorCode.Should().Be(SocketError.Shutdown);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Data_that_was_sent_before_closing_arrives(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        byte[] sent = Peers.RandomBytes(100_000);

        await pair.Client.SendAllAsync(sent);
        pair.Client.Dispose();

        (await pair.Server.ReceiveToEndAsync()).Should().Equal(sent);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Closing_without_lingering_resets_the_connection(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        ValueTask<int> receive = pair.Server.ReceiveAsync(new byte[1].AsMemory());
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);

        pair.Client.Dispose();

        (await FluentActions.Awaiting(async () => await receive).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task A_file_is_sent_by_the_kernel(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        using var directory = new TemporaryDirectory();
        string path = directory.File("file");
        byte[] file = Peers.RandomBytes(Traffic.Plenty), before = Peers.RandomBytes(100), after = Peers.RandomBytes(200);
        await File.WriteAllBytesAsync(path, file);

        Task<byte[]> receiving = pair.Server.ReceiveToEndAsync();
        await pair.Client.SendFileAsync(path);
        await pair.Client.SendFileAsync(path, before, after, TransmitFileOptions.UseDefaultWorkerThread);
        await Blocking.RunAsync(() => pair.Client.SendFile(path));
        await Blocking.RunAsync(() => pair.Client.SendFile(path, before, after, TransmitFileOptions.UseDefaultWorkerThread));
        pair.Client.Shutdown(SocketShutdown.Send);

        Traffic.ShouldBeTheSame(await receiving, [.. file, .. before, .. file, .. after, .. file, .. before, .. file, .. after]);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Several_buffers_are_sent_and_received_as_one(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        byte[] sent = Peers.RandomBytes(1000);

        (await pair.Client.SendAsync(Parts(sent, 1, 9, 990))).Should().Be(sent.Length);
        await ArriveAsync(pair.Server, sent.Length);
        byte[] received = new byte[sent.Length];
        (await pair.Server.ReceiveAsync(Parts(received, 500, 500))).Should().Be(sent.Length);
        received.Should().Equal(sent);

        pair.Server.Send(Parts(sent, 10, 980, 10)).Should().Be(sent.Length);
        await ArriveAsync(pair.Client, sent.Length);
        Array.Clear(received);
        pair.Client.Receive(Parts(received, 999, 1)).Should().Be(sent.Length);
        received.Should().Equal(sent);

        static IList<ArraySegment<byte>> Parts(byte[] bytes, params int[] lengths) =>
            [.. lengths.Select((length, i) => new ArraySegment<byte>(bytes, lengths.Take(i).Sum(), length))];
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Peeking_does_not_consume_the_data(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        byte[] sent = [1, 2, 3], buffer = new byte[3];

        await pair.Client.SendAsync(sent);
        await ArriveAsync(pair.Server, sent.Length);
        (await pair.Server.ReceiveAsync(buffer.AsMemory(0, 2), SocketFlags.Peek)).Should().Be(2);
        buffer.Should().Equal(1, 2, 0);
        pair.Server.Receive(buffer, SocketFlags.Peek).Should().Be(3);
        buffer.Should().Equal(sent);
        Array.Clear(buffer);

        pair.Server.Receive(buffer).Should().Be(3);
        buffer.Should().Equal(sent);
        pair.Server.Available.Should().Be(0);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Poll_and_Available_report_arrived_data(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);

        pair.Server.Poll(TimeSpan.Zero, SelectMode.SelectRead).Should().BeFalse();
        pair.Server.Poll(TimeSpan.Zero, SelectMode.SelectWrite).Should().BeTrue();
        pair.Server.Poll(TimeSpan.Zero, SelectMode.SelectError).Should().BeFalse();
        pair.Server.Available.Should().Be(0);

        await pair.Client.SendAsync(new byte[5]);
        pair.Server.Poll(Limit.OfAWait, SelectMode.SelectRead).Should().BeTrue();
        await ArriveAsync(pair.Server, 5);
        await pair.Server.ReceiveExactlyAsync(5);
        pair.Server.Poll(TimeSpan.Zero, SelectMode.SelectRead).Should().BeFalse();

        pair.Client.Shutdown(SocketShutdown.Send);
        var readable = new List<Socket> { pair.Client, pair.Server };
        Socket.Select(readable, checkWrite: null, checkError: null, Limit.OfAWait);
        readable.Should().Equal(pair.Server);
    }

    /// <summary>
    /// A known difference from TCP. If asked how many bytes can be read, the kernel counts the end of the data as one byte (mptcp_inq_hint
    /// in net/mptcp/protocol.c), even after it was read, and after a fallback. So "readable, and nothing available" does not show that the
    /// peer has finished.
    /// </summary>
    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Available_counts_the_end_of_the_data_as_a_byte_on_a_multipath_socket(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        await Task.WhenAll(pair.Client.SendToEndAsync(new byte[5]), pair.Server.SendToEndAsync(new byte[5]));

        foreach (Socket socket in new[] { pair.Client, pair.Server })
        {
            int expected = socket.GetMptcpState() == MptcpState.Tcp ? 0 : 1;
            await socket.ReceiveExactlyAsync(5);

            socket.Poll(Limit.OfAWait, SelectMode.SelectRead).Should().BeTrue();
            socket.Available.Should().Be(expected);
            socket.Receive(new byte[1]).Should().Be(0);
            socket.Available.Should().Be(expected);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Receiving_zero_bytes_waits_for_data(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);

        ValueTask<int> receive = pair.Server.ReceiveAsync(Memory<byte>.Empty);
        receive.IsCompleted.Should().BeFalse();
        await pair.Client.SendAsync(new byte[] { 1, 2, 3 });

        (await receive).Should().Be(0);
        pair.Server.Available.Should().BePositive();
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Receiving_continues_after_a_cancelled_receive(Ends ends, AddressFamily family)
    {
        using Pair pair = await Pair.ConnectAsync(ends, family);
        using var cancellation = new CancellationTokenSource();

        ValueTask<int> receive = pair.Server.ReceiveAsync(new byte[1].AsMemory(), cancellation.Token);
        receive.IsCompleted.Should().BeFalse();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(async () => await receive).Should().ThrowAsync<OperationCanceledException>();

        pair.Server.Connected.Should().BeTrue();
        await Traffic.ExchangeAsync(pair.Client, pair.Server);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Closing_a_socket_ends_a_pending_receive(Ends ends, AddressFamily family)
    {
        foreach (bool isClient in new[] { true, false })
        {
            using Pair pair = await Pair.ConnectAsync(ends, family);
            Socket socket = isClient ? pair.Client : pair.Server;

            ValueTask<int> receive = socket.ReceiveAsync(new byte[1].AsMemory());
            receive.IsCompleted.Should().BeFalse();
            socket.Dispose();

            (await FluentActions.Awaiting(async () => await receive).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.OperationAborted);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Pairs))]
    public async Task Closing_a_socket_ends_a_blocking_receive(Ends ends, AddressFamily family)
    {
        Needs.Linux();
        using Pair pair = await Pair.ConnectAsync(ends, family);

        Task<int> receive = await Blocking.UntilAsleepAsync(() => pair.Server.Receive(new byte[1]));
        pair.Server.Dispose();

        (await FluentActions.Awaiting(() => receive).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionAborted);
    }

    /// <summary>Waits, with a timeout, until this many bytes can be read: the kernel may deliver them in pieces.</summary>
    static async Task ArriveAsync(Socket socket, int count)
    {
        for (int look = 0; look < 3000 && socket.Available < count; look++)
            await Task.Delay(10);

        socket.Available.Should().Be(count);
    }

    static async Task ExchangeAsync(Stream one, Stream other)
    {
        byte[] fromOne = Peers.RandomBytes(Traffic.Plenty), fromOther = Peers.RandomBytes(Traffic.Plenty);
        byte[] atOne = new byte[Traffic.Plenty], atOther = new byte[Traffic.Plenty];

        await Task.WhenAll(
            one.WriteAsync(fromOne).AsTask(),
            other.WriteAsync(fromOther).AsTask(),
            one.ReadExactlyAsync(atOne).AsTask(),
            other.ReadExactlyAsync(atOther).AsTask());

        Traffic.ShouldBeTheSame(atOther, fromOne);
        Traffic.ShouldBeTheSame(atOne, fromOther);
    }

    static async Task ExchangeThroughBlockingCallsAsync(Stream one, Stream other)
    {
        byte[] fromOne = Peers.RandomBytes(Traffic.Plenty), fromOther = Peers.RandomBytes(Traffic.Plenty);
        byte[] atOne = new byte[Traffic.Plenty], atOther = new byte[Traffic.Plenty];

        await Task.WhenAll(
            Blocking.RunAsync(() => one.Write(fromOne)),
            Blocking.RunAsync(() => other.Write(fromOther)),
            Blocking.RunAsync(() => one.ReadExactly(atOne)),
            Blocking.RunAsync(() => other.ReadExactly(atOther)));

        Traffic.ShouldBeTheSame(atOther, fromOne);
        Traffic.ShouldBeTheSame(atOne, fromOther);
    }
}
