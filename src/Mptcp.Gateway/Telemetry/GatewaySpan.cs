using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Telemetry;

/// <summary>The span of one relayed connection, from its accept to its end.</summary>
sealed class GatewaySpan : IDisposable
{
    const string Name = "mptcp gateway connection";

    static readonly ActivitySource s_source = new(MptcpGatewayTelemetry.ActivitySourceName);

    readonly Activity _span;

    GatewaySpan(Activity span) => _span = span;

    /// <summary><see langword="null"/> while nobody listens.</summary>
    internal static GatewaySpan? TryStart(string route, Socket client)
    {
        if (!s_source.HasListeners() || s_source.StartActivity(Name, ActivityKind.Server) is not { } span)
            return null;

        span.SetTag(MptcpGatewayTelemetry.RouteAttribute, route);
        SetAddress(span, "client", client);
        return new GatewaySpan(span);
    }

    /// <summary>Describes both sides while their sockets are open.</summary>
    internal void End(Outcome outcome, Socket client, Socket? server)
    {
        _span.SetTag(MptcpGatewayTelemetry.OutcomeAttribute, outcome.Name());
        if (outcome != Outcome.Completed)
            _span.SetStatus(ActivityStatusCode.Error, outcome.Name());

        SetSide(MptcpGatewayTelemetry.ClientStateAttribute, MptcpGatewayTelemetry.ClientTokenAttribute, client);
        if (server is null)
            return;

        SetAddress(_span, "server", server);
        SetSide(MptcpGatewayTelemetry.ServerStateAttribute, MptcpGatewayTelemetry.ServerTokenAttribute, server);
    }

    public void Dispose() => _span.Dispose();

    void SetSide(string stateAttribute, string tokenAttribute, Socket socket)
    {
        _span.SetTag(stateAttribute, socket.GetMptcpState() switch
        {
            MptcpState.Mptcp => "mptcp",
            MptcpState.FellBack => "fallback",
            _ => "tcp",
        });
        if (socket.TryGetMptcpInfo(out MptcpInfo info))
            _span.SetTag(tokenAttribute, info.Token.ToString("x8", CultureInfo.InvariantCulture));
    }

    static void SetAddress(Activity span, string side, Socket socket)
    {
        try
        {
            if (socket.RemoteEndPoint is IPEndPoint peer)
                span.SetTag($"{side}.address", peer.Address.ToString()).SetTag($"{side}.port", peer.Port);
        }
        catch (SocketException)
        {
            // It has gone already.
        }
    }
}
