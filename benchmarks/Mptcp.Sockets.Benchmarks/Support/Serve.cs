using Mptcp.Sockets.Benchmarks.Interop;

namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>The work of a <see cref="Peer"/> for a connection, until the client has finished.</summary>
static unsafe class Serve
{
    const int BufferSize = 256 * 1024;

    internal static void Nothing(int fd)
    {
    }

    /// <summary>Echoes the received bytes.</summary>
    internal static void Echo(int fd)
    {
        byte* buffer = stackalloc byte[BufferSize];
        while (Libc.recv(fd, buffer, BufferSize, 0) is var received and > 0)
            Libc.send(fd, buffer, (nuint)received, Libc.MSG_NOSIGNAL);
    }

    /// <summary>Answers each <see cref="Bulk.Size"/> bytes with one byte.</summary>
    internal static void Sink(int fd)
    {
        byte* buffer = stackalloc byte[BufferSize];
        long left = Bulk.Size;
        while (Libc.recv(fd, buffer, (nuint)Math.Min(left, BufferSize), 0) is var received and > 0)
        {
            left -= received;
            if (left == 0)
            {
                Libc.send(fd, buffer, 1, Libc.MSG_NOSIGNAL);
                left = Bulk.Size;
            }
        }
    }

    /// <summary>Answers requests without a body, each of which arrives in one segment.</summary>
    internal static void Http(int fd)
    {
        ReadOnlySpan<byte> response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"u8;
        byte* buffer = stackalloc byte[BufferSize];
        fixed (byte* bytes = response)
        {
            while (Libc.recv(fd, buffer, BufferSize, 0) > 0)
                Libc.send(fd, bytes, (nuint)response.Length, Libc.MSG_NOSIGNAL);
        }
    }
}
