using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

// A client whose socket is TCP, which connects as TcpClient does.
public partial class MptcpTcpClient
{
    Socket? _refused; // what Client was while the system gave no other
    WhyTcp? _whyRefused;

    /// <summary>Whether <see cref="TcpClient.Client"/> is a TCP socket: of the caller's own, or since this system has no other.</summary>
    /// <param name="socket">That socket. Whoever closes the client takes it from there at any time.</param>
    bool ConnectsAsTcp(out Socket socket)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_spent is not null && _spent.Is(Client) && _connecting is null)
                ReplaceSpentSocket();

            socket = Client;
            return !SocketProtocol.IsMptcp(socket);
        }
    }

    void StayWith(Socket tcp, Refusal refusal)
    {
        _refused = tcp;
        _whyRefused = WhyTcp.Of(refusal);
        _whyRefused.KeepBeside(tcp);
    }

    void ConnectOverTcp(Socket socket, IPAddress[] addresses, int port, string? host)
    {
        if (IsToldOf(socket, addresses))
            ConnectObserved(socket, addresses, port, host);
        else
            base.Connect(addresses, port);
    }

    ValueTask ConnectOverTcpAsync(Socket socket, IPAddress[] addresses, int port, string? host, CancellationToken cancellationToken) =>
        IsToldOf(socket, addresses)
            ? ConnectObservedAsync(socket, addresses, port, host, cancellationToken)
            : base.ConnectAsync(addresses, port, cancellationToken);

    void ConnectObserved(Socket socket, IPAddress[] addresses, int port, string? host) =>
        Race.Run(new TcpRequest(Addresses.Targets(socket, addresses, port), socket, FindWhyTcp(socket)) { Host = host, Connect = () => base.Connect(addresses, port) });

    async ValueTask ConnectObservedAsync(Socket socket, IPAddress[] addresses, int port, string? host, CancellationToken cancellationToken)
    {
        var request = new TcpRequest(Addresses.Targets(socket, addresses, port), socket, FindWhyTcp(socket))
        {
            Host = host,
            ConnectAsync = token => base.ConnectAsync(addresses, port, token),
        };
        await Race.RunAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether somebody listens. Where no address can be tried, or none is to be, .NET says so, and there is no connect to tell of.</summary>
    static bool IsToldOf(Socket socket, IPAddress[] addresses) =>
        ConnectObserver.IsWanted && !socket.Connected && addresses.Any(address => Addresses.CanReach(socket, address));

    /// <summary>Why it is TCP; null if that is what the caller wants.</summary>
    WhyTcp? FindWhyTcp(Socket socket) => socket == _refused ? _whyRefused : null;
}
