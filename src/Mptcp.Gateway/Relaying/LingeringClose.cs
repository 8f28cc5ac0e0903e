using System.Buffers;
using System.Net.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// Ends a connection after a last answer, while the client may still send. Closing with unread data sends a reset, which may destroy the
/// answer before the client has read it (RFC 9112, section 9.6). So the gateway reads on for a while, and drops what it reads.
/// </summary>
static class LingeringClose
{
    /// <summary>More than a client can have sent before it sees the answer: about two socket buffers of 6 MB.</summary>
    internal const int MostBytes = 16 * 1024 * 1024;

    const int BufferSize = 16 * 1024;

    /// <summary>Ends the stream to the client, and waits for the end of the client's stream, but not longer than the limits. The caller closes.</summary>
    /// <exception cref="SocketException">The client has reset the connection.</exception>
    internal static async Task WaitAsync(Socket client, TimeSpan longest, CancellationToken abort)
    {
        client.Shutdown(SocketShutdown.Send);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        ending.CancelAfter(longest);
        byte[] dropped = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int left = MostBytes, count = 1; left > 0 && count > 0; left -= count)
                count = await client.ReceiveAsync(dropped, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The time is over, or the gateway aborts its connections.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(dropped);
        }
    }
}
