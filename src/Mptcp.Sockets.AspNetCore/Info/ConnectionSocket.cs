using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mptcp.Sockets.AspNetCore.Info;

/// <summary>The socket under a request or connection, and the same questions to both.</summary>
static class ConnectionSocket
{
    internal static MptcpState GetState(IFeatureCollection features) => Find(features)?.GetMptcpState() ?? MptcpState.Tcp;

    internal static bool TryGetInfo(IFeatureCollection features, out MptcpInfo info)
    {
        info = default;
        return Find(features)?.TryGetMptcpInfo(out info) ?? false;
    }

    internal static MptcpInfo GetInfo(IFeatureCollection features) => (Find(features) ?? throw NoSocket(features)).GetMptcpInfo();

    internal static MptcpSubflow[] GetSubflows(IFeatureCollection features) => (Find(features) ?? throw NoSocket(features)).GetMptcpSubflows();

    internal static MptcpExplanation Explain(IFeatureCollection features) =>
        Find(features)?.ExplainMptcp() ?? new MptcpExplanation(MptcpReason.NotRequested, WhyNoSocket(features));

    static Socket? Find(IFeatureCollection features) =>
        features.Get<IConnectionSocketFeature>()?.Socket is { SocketType: SocketType.Stream, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket
            ? socket
            : null;

    static NotSupportedException NoSocket(IFeatureCollection features) => new(WhyNoSocket(features));

    static string WhyNoSocket(IFeatureCollection features) =>
        features.Get<IHttpRequestFeature>()?.Protocol is "HTTP/3" or "HTTP/3.0" ? "It came over HTTP/3, which is QUIC and not TCP."
        : features.Get<IConnectionSocketFeature>() is { } feature ? $"It came over a socket of {feature.Socket.AddressFamily}, not over TCP."
        : "It came over no socket: over a named pipe, or from a server in memory, such as TestServer.";
}
