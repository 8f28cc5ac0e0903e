using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>
/// A proxy that accepts MPTCP and connects with TCP, so that the server's view shows whether a request came through it. Supports HTTP,
/// CONNECT and forwarding, and SOCKS5 to an IPv4 address.
/// </summary>
sealed class TestProxy : IAsyncDisposable
{
    readonly MptcpTcpListener _listener = new(IPAddress.Loopback, 0, MptcpMode.Required);
    readonly ConcurrentQueue<MptcpState> _clients = new();
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    internal TestProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Uri(string scheme) => new($"{scheme}://{_listener.LocalEndpoint}");

    /// <summary>The protocol of each client that has connected.</summary>
    internal IReadOnlyCollection<MptcpState> Clients => _clients;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.Enqueue(client.GetMptcpState());
                serving.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        using var origin = new TcpClient();
        try
        {
            await ServeAsync(client.GetStream(), origin);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // One end has closed. The test checks the ends itself.
        }
    }

    async Task ServeAsync(NetworkStream client, TcpClient origin)
    {
        const byte socks5 = 5;
        byte[] first = await ReadAsync(client, 1);
        if (first[0] == socks5)
            await AnswerSocksAsync(client, origin);
        else
            await AnswerHttpAsync(client, (char)first[0], origin);

        NetworkStream server = origin.GetStream();
        await Task.WhenAny(client.CopyToAsync(server, _stop.Token), server.CopyToAsync(client, _stop.Token));
    }

    /// <summary>RFC 1928: a greeting, then the request, without authentication.</summary>
    async Task AnswerSocksAsync(NetworkStream client, TcpClient origin)
    {
        byte[] methods = await ReadAsync(client, 1);
        await ReadAsync(client, methods[0]);
        await client.WriteAsync(new byte[] { 5, 0 }, _stop.Token);

        byte[] request = await ReadAsync(client, 4 + 4 + 2);
        request[..4].Should().Equal([5, 1, 0, 1], "this proxy knows CONNECT to an IPv4 address, and nothing else");
        int port = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(8));
        await origin.ConnectAsync(new IPAddress(request.AsSpan(4, 4)), port, _stop.Token);
        await client.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
    }

    async Task AnswerHttpAsync(NetworkStream client, char first, TcpClient origin)
    {
        var head = new StringBuilder().Append(first);
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
            head.Append((char)(await ReadAsync(client, 1))[0]);

        string[] request = head.ToString().Split(' ', 3);
        bool isTunnel = request[0] == "CONNECT";
        Uri target = isTunnel ? new Uri($"tunnel://{request[1]}") : new Uri(request[1]);
        await origin.ConnectAsync(target.Host, target.Port, _stop.Token);
        if (isTunnel)
            await client.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _stop.Token);
        else
            await origin.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _stop.Token);
    }

    async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
