using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Sockets.Relays;

namespace Mptcp.Gateway.Relaying;

/// <summary>Sets options of the sockets of relayed connections.</summary>
static class RelaySockets
{
    /// <summary>How long to wait for a write that is under way. After a reset, it ends at once.</summary>
    static readonly TimeSpan s_patienceWithOtherWrite = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the option with which closing sends a reset; over MPTCP, a fast close.</summary>
    internal static LingerOption Reset { get; } = new(enable: true, seconds: 0);

    /// <summary>Turns keep-alives on, so that a connection ends if its peer has vanished. Accepted sockets inherit the option.</summary>
    internal static void KeepAlive(Socket socket) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

    internal static void Close(Socket socket, bool reset)
    {
        try
        {
            if (reset)
                socket.LingerState = Reset;
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>
    /// Returns whether the connection has an error. <see cref="SelectMode.SelectError"/> alone would also report urgent data, and the option
    /// alone also an error that the connection may survive.
    /// </summary>
    internal static bool HasFailed(Socket socket) => socket.Poll(0, SelectMode.SelectError) && ErrorOf(socket) != SocketError.Success;

    /// <summary>
    /// Returns whether an end that a read has seen was a reset. The kernel reports a reset to one call only, which may have been a write.
    /// After that, reads see an end, and even sending nothing fails.
    /// </summary>
    internal static async ValueTask<bool> IsResetAsync(Socket socket)
    {
        if (ErrorOf(socket) == SocketError.Shutdown) // the reset came after the end of the stream, of which nothing is missing
            return false;

        using var enough = new CancellationTokenSource(s_patienceWithOtherWrite);
        try
        {
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, enough.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // another write waits: the receiver does not read
        }
        catch (SocketException)
        {
            return true;
        }
    }

    static SocketError ErrorOf(Socket socket) => (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;

    /// <summary>The remote end; <see langword="null"/> if it has gone already.</summary>
    internal static IPEndPoint? PeerOf(Socket socket)
    {
        try
        {
            return (IPEndPoint?)socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Describes the connection; <see langword="null"/> if the remote end has gone already.</summary>
    internal static RelaySide? SideOf(Socket socket) =>
        PeerOf(socket) is { } peer ? new RelaySide(Plain((IPEndPoint)socket.LocalEndPoint!), Plain(peer), socket.GetMptcpState()) : null;

    static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
