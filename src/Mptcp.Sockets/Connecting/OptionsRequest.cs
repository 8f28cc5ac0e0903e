using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>A connect with <see cref="MptcpConnectOptions"/>: each attempt gets a socket of the address family of its target.</summary>
sealed class OptionsRequest(IReadOnlyList<IPEndPoint> targets, MptcpConnectOptions options) : ConnectRequest(targets, options)
{
    /// <summary>The caller's local end point decides on the path.</summary>
    protected override bool MayChoosePath => Options.LocalEndPoint is null;

    internal override Socket Make(Attempt attempt)
    {
        // The kernel gives an IPv6 connection IPv4 paths only if its socket could have been used for IPv4: mptcp_pm_addr_families_match.
        // If such a socket is bound to any address, it takes the port for IPv4, too.
        bool mayHaveIPv4Paths = attempt.WantsMptcp && attempt.Target.AddressFamily == AddressFamily.InterNetworkV6 && Options.LocalEndPoint is null;
        Socket socket = SocketFactory.Create(attempt.Target.AddressFamily, attempt.WantsMptcp ? Mode : MptcpMode.Disabled, mayHaveIPv4Paths, out Refusal refusal);
        attempt.Refusal = refusal;
        return socket;
    }

    protected override void Configure(Attempt attempt)
    {
        if (attempt.WantsMptcp)
            SocketFactory.Report(Logger, attempt.Refusal);

        if (Options.NoDelay)
            SocketFactory.SetNoDelay(attempt.Socket!);

        ConfigureSocketCallback.Invoke(Options.ConfigureSocket, attempt.Socket!);
    }

    protected override void Bind(Attempt attempt)
    {
        if (Options.LocalEndPoint is not { } local)
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
        if (!Options.RequireMptcpPeer && !isLogged)
            return;

        MptcpState state = winner.GetMptcpState();
        if (isLogged)
            Log.Connected(Logger, winner.RemoteEndPoint, state);

        if (Options.RequireMptcpPeer && state != MptcpState.Mptcp)
            throw new MptcpFallbackException(winner.RemoteEndPoint);
    }
}
