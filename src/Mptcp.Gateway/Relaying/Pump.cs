using System.Buffers;
using System.Net.Sockets;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// Moves what one side sends to the other. It reads on only when what it has read is sent, so a reader that is slow slows the writer down,
/// and no more than one buffer is held; a connection that is silent holds none.
/// </summary>
static class Pump
{
    /// <summary>The reason for refusing a client that has sent more than its request allows.</summary>
    internal const string TooMuch = "It sent more than one HTTP request, and the gateway serves only one on each connection.";

    /// <summary>Sends <paramref name="first"/>, then runs until the sender has finished.</summary>
    /// <exception cref="RefusedException">The sender has sent more than <paramref name="most"/> bytes.</exception>
    internal static async Task RunAsync(
        ReadOnlyMemory<byte> first,
        Socket from,
        Socket to,
        int bufferSize,
        long most,
        Action<int> moved,
        CancellationToken cancellationToken)
    {
        await SendAsync(to, first, cancellationToken).ConfigureAwait(false);
        int count;
        do
        {
            await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false); // until there is something, or the end
            count = await MoveAsync(from, to, bufferSize, most, cancellationToken).ConfigureAwait(false);
            most -= count;
            moved(count);
        }
        while (count > 0);
    }

    static async ValueTask<int> MoveAsync(Socket from, Socket to, int bufferSize, long most, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        try
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, bufferSize), cancellationToken).ConfigureAwait(false);
            if (count > most)
                throw new RefusedException(TooMuch);

            await SendAsync(to, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }
}
