using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Checks through .NET's own API whether a grafted socket works with the epoll of this runtime, on which the graft relies. Runs once in a
/// process, in parallel with the first socket: one connection on loopback.
/// </summary>
static class GraftCheck
{
    /// <summary>
    /// A busy machine must not look like a runtime that forbids the graft. The second try starts with everything compiled, and nobody
    /// waits for it.
    /// </summary>
    static readonly TimeSpan[] s_timeouts = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)];

    internal static Task<bool> PassesAsync() => PassesAsync(CreateGrafted, s_timeouts);

    /// <summary>Returns whether grafted sockets work at one of several tries. The first try has the first timeout.</summary>
    internal static async Task<bool> PassesAsync(Func<AddressFamily, Socket> createGrafted, IEnumerable<TimeSpan> timeouts)
    {
        try
        {
            foreach (TimeSpan timeout in timeouts)
            {
                // If the same fails for plain TCP, it says nothing about the graft: no loopback, no free descriptor, a firewall, a sandbox.
                bool[] works = await Task.WhenAll(WorksAsync(createGrafted, timeout), WorksAsync(SocketFactory.CreateTcp, timeout)).ConfigureAwait(false);
                if (works[0] || !works[1])
                    return true;
            }

            return false;
        }
        catch (SocketException)
        {
            return true; // no MPTCP socket is available for the check now
        }
    }

    /// <summary>Returns whether an asynchronous accept and an asynchronous connect complete in time.</summary>
    static async Task<bool> WorksAsync(Func<AddressFamily, Socket> create, TimeSpan timeout)
    {
        using Socket listener = create(AddressFamily.InterNetwork), client = create(AddressFamily.InterNetwork);
        using var cancellation = new CancellationTokenSource(timeout);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            ValueTask<Socket> accepting = listener.AcceptAsync(cancellation.Token); // waits: nobody connects yet
            await client.ConnectAsync(listener.LocalEndPoint!, cancellation.Token).ConfigureAwait(false);
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
