using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Benchmarks.Interop;

namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>A server that serves one connection after another, on its own thread and with system calls only.</summary>
sealed unsafe class Peer : IDisposable
{
    readonly Socket _listener;
    readonly Action<int> _serve;
    readonly Thread _thread;
    volatile bool _isStopping;

    Peer(Socket listener, Action<int> serve)
    {
        _listener = listener;
        _serve = serve;
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    internal IPEndPoint EndPoint { get; }

    /// <summary>Gets the end point, on 127.0.0.1.</summary>
    internal static Peer Start(MptcpMode mode, Action<int> serve) => new(Listen(mode), serve);

    /// <summary>The number of connections that may wait to be accepted: the most that the system allows.</summary>
    internal static Socket Listen(MptcpMode mode) =>
        MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), new MptcpListenOptions { Mode = mode, Backlog = int.MaxValue });

    public void Dispose()
    {
        _isStopping = true;
        using (var last = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            last.Connect(EndPoint); // wakes the thread

        _thread.Join();
        _listener.Dispose();
    }

    void Run()
    {
        int listener = (int)_listener.SafeHandle.DangerousGetHandle();
        while (Libc.accept4(listener, null, null, Libc.SOCK_CLOEXEC) is var fd and >= 0)
        {
            if (!_isStopping)
                _serve(fd);

            _ = Libc.close(fd);
            if (_isStopping)
                return;
        }
    }
}
