using System.Net.Sockets;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Relaying;

/// <summary>The beginning of a server's answer to the one HTTP request of a connection.</summary>
static class HttpAnswer
{
    /// <summary>
    /// Relays the answer up to the end of its head, which tells the client that nothing follows. Returns the bytes behind it. An answer that
    /// is not HTTP, or has a head that is too long or incomplete, is returned as it is.
    /// </summary>
    /// <exception cref="SocketException">One side has reset its connection.</exception>
    internal static async ValueTask<ReadOnlyMemory<byte>> BeginAsync(Socket server, Socket client, Action<int> moved, CancellationToken cancellationToken)
    {
        var preface = new Preface(server);
        try
        {
            for (bool isInterim = true; isInterim;)
            {
                HttpAnswerHead head = await preface.ReadAsync<HttpAnswerHead>(HttpAnswerHead.Parse, cancellationToken).ConfigureAwait(false);
                await Pump.SendAsync(client, head.ToClient, cancellationToken).ConfigureAwait(false);
                moved(head.ToClient.Length);
                isInterim = head.IsInterim;
            }
        }
        catch (RefusedException)
        {
            // The client decides what it makes of this answer.
        }

        moved(preface.Rest.Length);
        return preface.Rest;
    }
}
