using System.Net.Sockets;

namespace Mptcp.Sockets.Tests;

/// <summary>The transfers of other tests find every wrong byte, and say what has happened.</summary>
public class TransferTests
{
    const int Size = 64 * 1024;

    static readonly TraceableStream s_stream = new(seed: 1);

    [Fact(Timeout = Limit.OfATest)]
    public async Task One_changed_byte_fails_a_transfer()
    {
        Func<Task> transferring = () => TransferAsync(bytes => bytes[12_345] ^= 1);

        (await transferring.Should().ThrowAsync<Exception>()).WithMessage("*at offset 12345 arrived 1 bytes that were never sent, and what belongs there is lost*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public Task An_unchanged_stream_passes_a_transfer() => TransferAsync(static _ => { });

    [Fact]
    public void Bytes_in_place_of_others_are_doubled_and_the_others_lost() =>
        Describe(bytes => s_stream.Read(903, 100).CopyTo(bytes, 1003)).Should().Be(
            "at offset 1003 arrived 100 bytes that were sent at offset 903 and are there as well, and what belongs there is lost");

    [Fact]
    public void Swapped_bytes_arrived_elsewhere() =>
        Describe(bytes =>
        {
            s_stream.Read(3001, 100).CopyTo(bytes, 1003);
            s_stream.Read(1003, 100).CopyTo(bytes, 3001);
        }).Should().Be(
            "at offset 1003 arrived 100 bytes that were sent at offset 3001, and what belongs there arrived elsewhere; "
            + "at offset 3001 arrived 100 bytes that were sent at offset 1003, and what belongs there arrived elsewhere");

    [Fact]
    public void Bytes_after_lost_ones_arrive_too_early() =>
        Describe(bytes => s_stream.Read(1500, Size - 1003).CopyTo(bytes, 1003)).Should().Be(
            $"at offset 1003 arrived {Size - 1003} bytes that were sent at offset 1500, and what belongs there is lost");

    [Fact]
    public void Bytes_after_repeated_ones_arrive_too_late() =>
        Describe(bytes => s_stream.Read(903, Size - 1003).CopyTo(bytes, 1003)).Should().Be(
            $"at offset 1003 arrived {Size - 1003} bytes that were sent at offset 903 and are there as well, and what belongs there arrived elsewhere");

    [Fact]
    public void A_packet_is_misplaced_if_it_comes_too_early_and_again_and_all_else_is_right()
    {
        IsMisplaced(bytes => Copy(bytes, 3001, 1003)).Should().BeTrue();
        IsMisplaced(bytes => Copy(bytes, 903, 1003)).Should().BeFalse("the bytes come late");
        IsMisplaced(bytes => Copy(bytes, 1053, 1003)).Should().BeFalse("a part of them does not come again");
        IsMisplaced(bytes => bytes[1003] ^= 1).Should().BeFalse("the byte was never sent");
        IsMisplaced(bytes => s_stream.Read(1500, Size - 1003).CopyTo(bytes, 1003)).Should().BeFalse("bytes were lost");
        IsMisplaced(bytes => { Copy(bytes, 3001, 1003); Copy(bytes, 1003, 3001); }).Should().BeFalse("bytes were swapped");
        IsMisplaced(bytes => { Copy(bytes, 3001, 1003); Copy(bytes, 6001, 4003); }).Should().BeFalse("two packets are more than the fault explains");

        static bool IsMisplaced(Action<byte[]> change) => Find(change).IsOneMisplacedPacket(Size);

        static void Copy(byte[] bytes, int source, int at) => s_stream.Read(source, 100).CopyTo(bytes, at);
    }

    [Fact]
    public void Wrong_bytes_far_behind_a_misplaced_packet_are_not_overlooked()
    {
        const int all = 5 * 1024 * 1024;
        IsMisplaced(arrived => { }).Should().BeTrue();
        IsMisplaced(arrived => arrived[^1] ^= 1).Should().BeFalse();

        static bool IsMisplaced(Action<byte[]> change)
        {
            byte[] arrived = s_stream.Read(1003, all);
            s_stream.Read(3001, 100).CopyTo(arrived, 0);
            change(arrived);
            var wrong = new WrongBytes(s_stream, 1003);
            wrong.Add(arrived);
            return wrong.IsOneMisplacedPacket(1003 + all);
        }
    }

    static string Describe(Action<byte[]> change) => Find(change).Describe(2 * Size);

    static WrongBytes Find(Action<byte[]> change)
    {
        byte[] expected = s_stream.Read(0, Size), arrived = [.. expected];
        change(arrived);
        int begin = arrived.AsSpan().CommonPrefixLength(expected);
        var wrong = new WrongBytes(s_stream, begin);
        wrong.Add(arrived.AsSpan(begin));
        return wrong;
    }

    /// <summary>Transfers bytes over a relay that changes the first of them.</summary>
    static async Task TransferAsync(Action<byte[]> change)
    {
        using Socket listener = Peers.ListenTcp();
        (Socket from, Socket relayIn) = await ConnectAsync(listener);
        (Socket relayOut, Socket to) = await ConnectAsync(listener);
        using (from)
        using (relayIn)
        using (relayOut)
        using (to)
        {
            Transfer transfer = Transfer.Start(from, to);
            byte[] first = await relayIn.ReceiveExactlyAsync(Size);
            change(first);
            await relayOut.SendAllAsync(first);
            Task relaying = RelayAsync();
            await transfer.EndAsync();
            await relaying;

            async Task RelayAsync() => await relayOut.SendToEndAsync(await relayIn.ReceiveToEndAsync());
        }
    }

    static async Task<(Socket, Socket)> ConnectAsync(Socket listener)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.EndPoint());
        return (socket, await listener.AcceptAsync());
    }
}
