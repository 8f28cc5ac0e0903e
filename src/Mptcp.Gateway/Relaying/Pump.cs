using System.Buffers;
using System.Net.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// Moves the bytes of one side to the other. It reads only after it has sent the previous bytes. So a slow reader slows the writer down, and only one buffer is
/// used. A silent connection uses none.
/// </summary>
static class Pump
{
    /// <summary>Runs until the sender has finished, and then finishes the other side.</summary>
    internal static async Task RunAsync(Socket from, Socket to, int bufferSize, Action<int> moved, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false); // waits for data or the end
            count = await MoveAsync(from, to, bufferSize, cancellationToken).ConfigureAwait(false);
            moved(count);
        }
        while (count > 0);

        to.Shutdown(SocketShutdown.Send);
    }

    static async ValueTask<int> MoveAsync(Socket from, Socket to, int bufferSize, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        try
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, bufferSize), cancellationToken).ConfigureAwait(false);
            for (int sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken).ConfigureAwait(false);

            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
