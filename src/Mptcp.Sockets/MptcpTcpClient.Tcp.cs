using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

// A client whose socket is TCP connects as TcpClient does: one address after the other. The meter is told of the last.
public partial class MptcpTcpClient
{
    Socket? _refused; // what Client was when the system gave no other
    Refusal _refusal; // why

    /// <summary>Whether <see cref="TcpClient.Client"/> is a TCP socket: of the caller's own, or since this system has no other.</summary>
    /// <param name="socket">That socket. Whoever closes the client takes it from there at any time.</param>
    bool ConnectsAsTcp(out Socket socket)
    {
        lock (_lock)
        {
            ThrowIfCannotConnect();
            socket = Client;
            return !SocketProtocol.IsMptcp(socket);
        }
    }

    void ConnectOverTcp(Socket socket, IPAddress[] addresses, int port, string? host)
    {
        using ConnectObserver? observer = TryObserve(socket, addresses, port, host);
        try
        {
            base.Connect(addresses, port);
            observer?.OnConnected(PeerOf(socket, addresses, port), MptcpState.Tcp, FindFallbackReason(socket), Report(socket, addresses, port, error: null));
        }
        catch (Exception e) when (observer is not null)
        {
            observer.OnFailed(e, Report(socket, addresses, port, e));
            throw;
        }
    }

    async ValueTask ConnectOverTcpAsync(Socket socket, IPAddress[] addresses, int port, string? host, CancellationToken cancellationToken)
    {
        using ConnectObserver? observer = TryObserve(socket, addresses, port, host);
        try
        {
            await base.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
            observer?.OnConnected(PeerOf(socket, addresses, port), MptcpState.Tcp, FindFallbackReason(socket), Report(socket, addresses, port, error: null));
        }
        catch (Exception e) when (observer is not null)
        {
            observer.OnFailed(e, Report(socket, addresses, port, e));
            throw;
        }
    }

    /// <summary>Null while nobody listens. If no address can be tried, .NET says so, and there is no connect to report.</summary>
    static ConnectObserver? TryObserve(Socket socket, IPAddress[] addresses, int port, string? host) =>
        ConnectObserver.IsWanted && Addresses.Targets(socket, addresses, port) is { Length: > 0 } targets ? ConnectObserver.TryStart(host, targets) : null;

    static AttemptReport[] Report(Socket socket, IPAddress[] addresses, int port, Exception? error) =>
    [
        new(error is null ? PeerOf(socket, addresses, port) : LastOf(socket, addresses, port), Interface: null, IsMptcp: false,
            error is null ? AttemptOutcome.Won : error is OperationCanceledException ? AttemptOutcome.Lost : AttemptOutcome.Failed, error as SocketException, TimeSpan.Zero),
    ];

    /// <summary>The peer; the last address where the client was closed as soon as it had connected, which is its caller's business.</summary>
    static IPEndPoint PeerOf(Socket socket, IPAddress[] addresses, int port)
    {
        try
        {
            if (socket.RemoteEndPoint is IPEndPoint peer)
                return Addresses.Target(peer.Address, peer.Port);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // It is closed.
        }

        return LastOf(socket, addresses, port);
    }

    static IPEndPoint LastOf(Socket socket, IPAddress[] addresses, int port) => Addresses.Target(Addresses.Targets(socket, addresses, port)[^1].Address, port);

    /// <summary>Why it is TCP; null if that is what the caller wants.</summary>
    string? FindFallbackReason(Socket socket) => socket == _refused ? Names.Of(_refusal.Reason) : null;

    void RememberRefusal(Socket tcp, Refusal refusal) => (_refused, _refusal) = (tcp, refusal);
}
