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
    public void Only_later_bytes_that_come_again_can_be_of_joined_subflows()
    {
        Find(bytes => s_stream.Read(3001, 100).CopyTo(bytes, 1003)).CanBeOfJoinedSubflows(Size).Should().Be(WrongBytes.KernelMisplacesPackets);
        Find(bytes => s_stream.Read(903, 100).CopyTo(bytes, 1003)).CanBeOfJoinedSubflows(Size).Should().BeFalse("earlier bytes came again");
        Find(bytes => bytes[1003] ^= 1).CanBeOfJoinedSubflows(Size).Should().BeFalse("the byte was never sent");
        Find(bytes => s_stream.Read(1500, Size - 1003).CopyTo(bytes, 1003)).CanBeOfJoinedSubflows(Size).Should().BeFalse("bytes were lost");
        Find(bytes =>
        {
            s_stream.Read(3001, 100).CopyTo(bytes, 1003);
            s_stream.Read(1003, 100).CopyTo(bytes, 3001);
        }).CanBeOfJoinedSubflows(Size).Should().BeFalse("bytes were swapped");
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
