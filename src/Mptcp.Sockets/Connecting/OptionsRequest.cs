using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>A connect as <see cref="MptcpConnectOptions"/> describe it: a socket of the address's own family for each attempt.</summary>
sealed class OptionsRequest : ConnectRequest
{
    readonly MptcpConnectOptions _options;

    internal OptionsRequest(IReadOnlyList<IPEndPoint> targets, MptcpConnectOptions options)
        : base(targets)
    {
        _options = options;
        Mode = options.RequireMptcpPeer ? MptcpMode.Required : options.Mode;
        ConnectionAttemptDelay = options.ConnectionAttemptDelay;
        TcpFallbackDelay = Mode == MptcpMode.Preferred ? options.TcpFallbackDelay : Timeout.InfiniteTimeSpan;
        Logger = Log.CreateLogger(options.LoggerFactory);
    }

    internal override Socket Make(IPEndPoint target, bool wantsMptcp, out bool isMptcp)
    {
        Socket socket = SocketFactory.Create(target.AddressFamily, wantsMptcp ? Mode : MptcpMode.Disabled, out Refusal refusal);
        try
        {
            isMptcp = wantsMptcp && refusal.Reason == MptcpUnavailableReason.None;
            Log.Created(Logger, wantsMptcp, refusal);

            if (_options.NoDelay)
                SocketFactory.SetNoDelay(socket);

            _options.ConfigureSocket?.Invoke(socket);
            if (_options.LocalEndPoint is not null)
                socket.Bind(_options.LocalEndPoint);

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
