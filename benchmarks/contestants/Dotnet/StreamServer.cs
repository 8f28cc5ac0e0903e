using System.Net;
using System.Net.Sockets;

namespace Contestant;

/// <summary>Receives from clients until they have finished, and echoes the bytes or not.</summary>
static class StreamServer
{
    const int Block = 64 * 1024;

    static readonly byte[] s_ignored = new byte[Block]; // if nobody looks at the bytes, all connections share one buffer

    /// <summary>Prints its port, and serves until the standard input ends.</summary>
    internal static async Task RunAsync(ISockets sockets, IPAddress address, bool isEcho)
    {
        using Socket listener = sockets.Listen(new IPEndPoint(address, 0));
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        Task serving = AcceptAsync(listener, isEcho);
        await await Task.WhenAny(serving, StandardInput.EndAsync());
    }

    static async Task AcceptAsync(Socket listener, bool isEcho)
    {
        while (true)
        {
            Socket client = await listener.AcceptAsync();
            _ = isEcho ? EchoAsync(client) : SinkAsync(client);
        }
    }

    static async Task SinkAsync(Socket client)
    {
        using (client)
        {
            while (await client.ReceiveAsync(s_ignored.AsMemory()) > 0)
            {
            }
        }
    }

    static async Task EchoAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            byte[] buffer = new byte[Block];
            int count;
            while ((count = await client.ReceiveAsync(buffer.AsMemory())) > 0)
                await client.SendAsync(buffer.AsMemory(0, count));
        }
    }
}
