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
        TcpFallbackDelay = options.TcpFallbackDelay;
        Logger = Log.CreateLogger(options.LoggerFactory);
    }

    internal override Socket Make(Attempt attempt)
    {
        Socket socket = SocketFactory.Create(attempt.Target.AddressFamily, attempt.WantsMptcp ? Mode : MptcpMode.Disabled, out Refusal refusal);
        attempt.Refusal = refusal;

        // The kernel gives an IPv6 connection IPv4 paths only if its socket might have been used for IPv4: mptcp_pm_addr_families_match. Bound
        // to any address, such a socket would take the port for IPv4, too.
        bool mayHaveIPv4Paths = attempt.IsMptcp && socket.AddressFamily == AddressFamily.InterNetworkV6 && _options.LocalEndPoint is null;
        return mayHaveIPv4Paths ? SocketFactory.WithDualMode(socket) : socket;
    }

    protected override void Configure(Attempt attempt)
    {
        if (attempt.WantsMptcp)
            Log.Created(Logger, attempt.Refusal);

        if (_options.NoDelay)
            SocketFactory.SetNoDelay(attempt.Socket!);

        _options.ConfigureSocket?.Invoke(attempt.Socket!);
    }

    /// <summary>What is known only now: what the connect has taught, and whether the peer speaks Multipath TCP.</summary>
    internal override void Check(Socket winner)
    {
        Log.Blackhole(Logger, LearnedBlackhole);
        if (!_options.RequireMptcpPeer && !Log.IsConnectedEnabled(Logger))
            return;

        MptcpState state = winner.GetMptcpState();
        Log.Connected(Logger, winner.RemoteEndPoint, state);
        if (_options.RequireMptcpPeer && state != MptcpState.Mptcp)
            throw new MptcpFallbackException(winner.RemoteEndPoint);
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
}
