using System.Net.Sockets;
using System.Text;

namespace Mptcp.Extensions.Http.Tests;

/// <summary>Answers each request of HTTP/1.1 with what its connection uses, seen from here.</summary>
sealed class Server : IDisposable
{
    readonly Socket _listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

    internal Server() => _ = AcceptAsync();

    internal Uri Uri => new($"http://{_listener.EndPoint()}");

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync()
    {
        while (await TryAcceptAsync() is { } connection)
            _ = AnswerAsync(connection);
    }

    async Task<Socket?> TryAcceptAsync()
    {
        try
        {
            return await _listener.AcceptAsync();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return null; // disposed
        }
    }

    static async Task AnswerAsync(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string state = connection.GetMptcpState().ToString();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length == 0)
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {state.Length}\r\n\r\n{state}"));
            }
        }
        catch (IOException)
        {
            // The client has reset the connection.
        }
    }
}
