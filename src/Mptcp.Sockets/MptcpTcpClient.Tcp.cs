using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

// A client whose socket is a TCP socket connects as TcpClient does: one address after another. The meter counts only the last.
public partial class MptcpTcpClient
{
    Socket? _refused; // the Client for which the system provided no MPTCP socket
    Refusal _refusal; // why

    /// <summary>
    /// Returns whether <see cref="TcpClient.Client"/> is a TCP socket: one of the caller, or one of a system without MPTCP.
    /// </summary>
    /// <param name="socket">The socket. Read once, because closing the client removes it at any time.</param>
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
        using TcpConnect? connect = TcpConnect.TryObserve(socket, addresses, port, host);
        try
        {
            base.Connect(addresses, port);
            connect?.OnConnected(FindFallbackReason(socket));
        }
        catch (Exception e) when (connect is not null)
        {
            connect.OnFailed(e);
            throw;
        }
    }

    async ValueTask ConnectOverTcpAsync(Socket socket, IPAddress[] addresses, int port, string? host, CancellationToken cancellationToken)
    {
        using TcpConnect? connect = TcpConnect.TryObserve(socket, addresses, port, host);
        try
        {
            await base.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
            connect?.OnConnected(FindFallbackReason(socket));
        }
        catch (Exception e) when (connect is not null)
        {
            connect.OnFailed(e);
            throw;
        }
    }

    /// <summary>Returns why the socket is TCP; null if the caller wants TCP.</summary>
    string? FindFallbackReason(Socket socket) => socket == _refused ? Names.Of(_refusal.Reason) : null;

    void RememberRefusal(Socket tcp, Refusal refusal) => (_refused, _refusal) = (tcp, refusal);

    /// <summary>
    /// A connect of .NET while somebody listens to metrics. .NET does not report which addresses it tried, so only the last one is
    /// counted.
    /// </summary>
    sealed class TcpConnect(ConnectObserver observer, Socket socket, IPEndPoint last) : IDisposable
    {
        /// <summary>
        /// Returns null while nobody listens. If no address can be tried, .NET throws, and there is no connect to report.
        /// </summary>
        internal static TcpConnect? TryObserve(Socket socket, IPAddress[] addresses, int port, string? host) =>
            ConnectObserver.IsWanted && Addresses.Targets(socket, addresses, port) is [.., var last] targets && ConnectObserver.TryStart(host, targets) is { } observer
                ? new TcpConnect(observer, socket, last)
                : null;

        internal void OnConnected(string? fallbackReason)
        {
            IPEndPoint peer = Normalize(FindPeer() ?? last);
            observer.OnConnected(peer, MptcpState.Tcp, fallbackReason, Report(peer, AttemptOutcome.Won, error: null));
        }

        internal void OnFailed(Exception error) => observer.OnFailed(
            error, Report(Normalize(last), error is OperationCanceledException ? AttemptOutcome.Lost : AttemptOutcome.Failed, error as SocketException));

        public void Dispose() => observer.Dispose();

        /// <summary>Returns null if the client was closed as soon as it had connected, which is the caller's business.</summary>
        IPEndPoint? FindPeer()
        {
            try
            {
                return socket.RemoteEndPoint as IPEndPoint;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return null;
            }
        }

        static AttemptReport[] Report(IPEndPoint target, AttemptOutcome outcome, Exception? error) => [new(target, Interface: null, IsMptcp: false, outcome, error, TimeSpan.Zero)];

        static IPEndPoint Normalize(IPEndPoint endPoint) => Addresses.Target(endPoint.Address, endPoint.Port);
    }
}
