using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Checks through .NET's own API whether a grafted socket works with the epoll of this runtime, on which the graft relies. Runs once in a process,
/// beside the first socket: one connection on loopback.
/// </summary>
static class GraftCheck
{
    /// <summary>Nobody waits for the check, and a busy pool must not look like a runtime that forbids the graft.</summary>
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    internal static async Task<bool> PassesAsync()
    {
        try
        {
            // If the same fails for plain TCP, it says nothing about the graft: no loopback, no free descriptor, a firewall, a sandbox.
            bool[] works = await Task.WhenAll(WorksAsync(CreateGrafted), WorksAsync(SocketFactory.CreateTcp)).ConfigureAwait(false);
            return works[0] || !works[1];
        }
        catch (SocketException)
        {
            return true; // no MPTCP socket is available for the check now
        }
    }

    /// <summary>Returns whether an asynchronous accept and an asynchronous connect complete.</summary>
    static async Task<bool> WorksAsync(Func<AddressFamily, Socket> create)
    {
        using Socket listener = create(AddressFamily.InterNetwork), client = create(AddressFamily.InterNetwork);
        using var timeout = new CancellationTokenSource(s_timeout);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            ValueTask<Socket> accepting = listener.AcceptAsync(timeout.Token); // waits: nobody connects yet
            await client.ConnectAsync(listener.LocalEndPoint!, timeout.Token).ConfigureAwait(false);
            using Socket accepted = await accepting.ConfigureAwait(false);
            return accepted.Connected;
        }
        catch (Exception) // any error of a runtime that forbids the graft; the check with TCP decides whether the graft is the cause
        {
            return false;
        }
    }

    static Socket CreateGrafted(AddressFamily family)
    {
        using NativeSocket native = NativeSocket.TryOpen(family, LinuxConstants.IPPROTO_MPTCP, out int errno) ?? throw Errno.ToException(errno);
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            return Graft.TryPutUnder(socket, native, dualMode: false) && SocketProtocol.IsMptcp(socket)
                ? socket
                : throw new SocketException((int)SocketError.OperationNotSupported);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
