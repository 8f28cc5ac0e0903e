using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Reliability.Roles;

/// <summary>Sends everything back.</summary>
static class EchoServer
{
    static long s_ended;

    internal static async Task<int> RunAsync()
    {
        using var listener = new MptcpTcpListener(IPAddress.Any, LoadPlan.EchoPort);
        listener.Start(4096); // the kernel's limit
        Task serving = ServeAsync(listener);
        await Requests.AnswerAsync(() => Interlocked.Read(ref s_ended));
        listener.Stop();
        await serving;
        return 0;
    }

    static async Task ServeAsync(MptcpTcpListener listener)
    {
        while (true)
        {
            try
            {
                _ = EchoAsync(await listener.AcceptTcpClientAsync());
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted)
            {
                return; // it was stopped
            }
        }
    }

    static async Task EchoAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                while (await EchoOnceAsync(client.Client) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // The client judges the end of the connection.
            }
        }

        Interlocked.Increment(ref s_ended);
    }

    /// <summary>Sends back what has arrived, and returns its length. A connection without data has no buffer.</summary>
    static async Task<int> EchoOnceAsync(Socket client)
    {
        await client.ReceiveAsync(Memory<byte>.Empty);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count = await client.ReceiveAsync(buffer);
            for (ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count); !rest.IsEmpty;)
                rest = rest[await client.SendAsync(rest)..];

            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
