using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mptcp.Sockets.AspNetCore.Info;

/// <summary>Finds the socket of a request or a connection, and reads its state.</summary>
static class ConnectionSocket
{
    internal static MptcpState? GetState(IFeatureCollection features) => Find(features)?.GetMptcpState();

    internal static bool TryGetInfo(IFeatureCollection features, out MptcpInfo info)
    {
        info = default;
        return Find(features)?.TryGetMptcpInfo(out info) ?? false;
    }

    internal static MptcpInfo GetInfo(IFeatureCollection features) => (Find(features) ?? throw NoSocket(features)).GetMptcpInfo();

    internal static MptcpSubflow[] GetSubflows(IFeatureCollection features) => (Find(features) ?? throw NoSocket(features)).GetMptcpSubflows();

    internal static MptcpExplanation Explain(IFeatureCollection features) => (Find(features), features.Get<ListenerFeature>()) switch
    {
        (null, _) => new MptcpExplanation(MptcpReason.NotRequested, WhyNoSocket(features)),
        ({ } socket, { } listener) => socket.ExplainMptcp(listener.State),
        ({ } socket, null) => socket.ExplainMptcp(),
    };

    static Socket? Find(IFeatureCollection features) =>
        features.Get<IConnectionSocketFeature>()?.Socket is { SocketType: SocketType.Stream, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket
            ? socket
            : null;

    static NotSupportedException NoSocket(IFeatureCollection features) => new(WhyNoSocket(features));

    static string WhyNoSocket(IFeatureCollection features) =>
        features.Get<IHttpRequestFeature>()?.Protocol is "HTTP/3" or "HTTP/3.0" ? "The request uses HTTP/3, which runs on QUIC and not on TCP."
        : features.Get<IConnectionSocketFeature>() is { } feature ? $"The connection uses a socket of the family {feature.Socket.AddressFamily}, and not TCP."
        : "The connection has no socket: it is a named pipe, a hub's long polling, or an in-memory server such as TestServer.";
}
