using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
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
        TcpFallbackDelay = options.TcpFallbackDelay;
        Timeout = options.ConnectTimeout;
        PathInterfaces = options.PathInterfaces;
        Clock = options.TimeProvider;
        Logger = Log.CreateLogger(options.LoggerFactory);
    }

    /// <summary>The caller's local end point decides on the path.</summary>
    protected override bool MayChoosePath => _options.LocalEndPoint is null;

    internal override Socket Make(Attempt attempt)
    {
        // The kernel gives an IPv6 connection IPv4 paths only if its socket might have been used for IPv4: mptcp_pm_addr_families_match. Bound
        // to any address, such a socket would take the port for IPv4, too.
        bool mayHaveIPv4Paths = attempt.WantsMptcp && attempt.Target.AddressFamily == AddressFamily.InterNetworkV6 && _options.LocalEndPoint is null;
        Socket socket = SocketFactory.Create(attempt.Target.AddressFamily, attempt.WantsMptcp ? Mode : MptcpMode.Disabled, mayHaveIPv4Paths, out Refusal refusal);
        attempt.Refusal = refusal;
        return socket;
    }

    protected override void Configure(Attempt attempt)
    {
        if (attempt.WantsMptcp)
            SocketFactory.Report(Logger, attempt.Refusal);

        if (_options.NoDelay)
            SocketFactory.SetNoDelay(attempt.Socket!);

        _options.ConfigureSocket?.Invoke(attempt.Socket!);
    }

    protected override void Bind(Attempt attempt)
    {
        if (_options.LocalEndPoint is not { } local)
            return;

        try
        {
            attempt.Socket!.Bind(local);
        }
        catch (SocketException e)
        {
            throw new LocalEndPointException(local, e);
        }
    }

    protected override void Check(Socket winner)
    {
        bool isLogged = Logger.IsEnabled(LogLevel.Debug);
        if (!_options.RequireMptcpPeer && !isLogged)
            return;

        MptcpState state = winner.GetMptcpState();
        if (isLogged)
            Log.Connected(Logger, winner.RemoteEndPoint, state);

        if (_options.RequireMptcpPeer && state != MptcpState.Mptcp)
            throw new MptcpFallbackException(winner.RemoteEndPoint);
    }
}
