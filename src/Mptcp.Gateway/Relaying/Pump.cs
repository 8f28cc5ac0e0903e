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
    /// <summary>The number of further bytes that are read and dropped. So a client that sends its next request early gets its answer.</summary>
    const int MostDropped = LingeringClose.MostBytes;

    /// <summary>The reason for refusing a client that does not stop after that.</summary>
    const string TooMuch = "It goes on sending after its HTTP request, and the gateway serves only one on each connection.";

    /// <summary>Runs until the sender has finished.</summary>
    /// <remarks>The receiver gets at most <paramref name="most"/> bytes of the sender. Some more are dropped.</remarks>
    /// <exception cref="RefusedException">The sender has sent too many bytes.</exception>
    internal static async Task RunAsync(
        Socket from,
        Socket to,
        int bufferSize,
        long most,
        Action<int> moved,
        CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false); // until there is something, or the end
            count = await MoveAsync(from, to, bufferSize, most, cancellationToken).ConfigureAwait(false);
            moved((int)Math.Clamp(most, 0, count));
            most -= count;
        }
        while (count > 0);
    }

    static async ValueTask<int> MoveAsync(Socket from, Socket to, int bufferSize, long most, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        try
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, bufferSize), cancellationToken).ConfigureAwait(false);
            if (count - most > MostDropped)
                throw new RefusedException(TooMuch);

            await SendAsync(to, buffer.AsMemory(0, (int)Math.Clamp(most, 0, count)), cancellationToken).ConfigureAwait(false);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }
}
