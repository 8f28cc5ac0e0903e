using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mptcp.Testing;

/// <summary>Creates peers, and data for them.</summary>
static class Peers
{
    static readonly ConcurrentBag<Socket> s_holders = []; // until the process ends

    internal static IPEndPoint AnyPort(AddressFamily family) =>
        new(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0);

    /// <summary>Creates a TCP listener of .NET.</summary>
    internal static Socket ListenTcp(IPAddress? address = null, int port = 0)
    {
        address ??= IPAddress.Loopback;
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen();
        return listener;
    }

    internal static IPEndPoint EndPoint(this Socket listener) => (IPEndPoint)listener.LocalEndPoint!;

    internal static int Port(this Socket listener) => listener.EndPoint().Port;

    /// <summary>
    /// Returns a port on which nothing listens, and that no other program gets meanwhile, not even as the local port of a connect.
    /// </summary>
    internal static IPEndPoint Refusing(IPAddress? address = null) => HoldPort(new IPEndPoint(address ?? IPAddress.Loopback, 0));

    /// <summary>
    /// As <see cref="Refusing"/>, for a given port. A program that sets SO_REUSEADDR, as servers do, can still listen on it.
    /// </summary>
    internal static IPEndPoint HoldPort(IPEndPoint endPoint)
    {
        var holder = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            holder.Bind(endPoint);
        }
        catch
        {
            holder.Dispose();
            throw;
        }

        s_holders.Add(holder);
        return holder.EndPoint();
    }

    /// <summary>
    /// Returns whether a client is refused now. An accepted client resets its connection, so that nobody waits for its end.
    /// </summary>
    internal static bool IsRefused(IPEndPoint endPoint)
    {
        using var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(endPoint);
            client.LingerState = new LingerOption(true, 0);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    /// <summary>Returns an address that answers no SYN: a listener with a full backlog drops them (tcp_v4_conn_request).</summary>
    internal static async Task<Unanswering> UnansweringAsync()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(AnyPort(AddressFamily.InterNetwork));
        listener.Listen(0);
        var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(listener.EndPoint());
        return new Unanswering(listener, filler);
    }

    internal static byte[] RandomBytes(int count) => RandomNumberGenerator.GetBytes(count);

    internal static async Task<byte[]> ReceiveExactlyAsync(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int n = await socket.ReceiveAsync(bytes.AsMemory(received));
            n.Should().BePositive("the peer has more to send");
            received += n;
        }

        return bytes;
    }

    internal static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Returns SO_PROTOCOL: 6 or 262.</summary>
    internal static int KernelProtocol(this Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(1, 38, value);
        return BitConverter.ToInt32(value);
    }

    /// <summary>
    /// Waits, with a timeout, until a connection of a local port is in TIME_WAIT, which prevents others from binding the port.
    /// </summary>
    internal static Task WaitForTimeWaitAsync(int port) => Eventually.TrueAsync(() => IsThere(port, "06"), $"a connection of port {port} comes to TIME_WAIT");

    /// <summary>Waits until the listener is gone. While another thread starts a program, closing does not end it at once.</summary>
    internal static Task WaitUntilNobodyListensAsync(int port) => Eventually.TrueAsync(() => !IsThere(port, "0A"), $"nobody listens at port {port}");

    /// <param name="port">The local port of IPv4 TCP sockets.</param>
    /// <param name="state">The state in hexadecimal, as in net/tcp_states.h.</param>
    static bool IsThere(int port, string state) => File.ReadLines("/proc/thread-self/net/tcp")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == state);

    internal sealed record Unanswering(Socket Listener, Socket Filler) : IDisposable
    {
        internal IPEndPoint EndPoint => Listener.EndPoint();

        public void Dispose()
        {
            Filler.Dispose();
            Listener.Dispose();
        }
    }
}
