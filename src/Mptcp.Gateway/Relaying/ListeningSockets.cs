using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Interop;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>Makes the listening sockets of a route, or takes them over from systemd.</summary>
static class ListeningSockets
{
    /// <exception cref="IOException">Listening on the address failed. The message names the setting.</exception>
    internal static RouteListener Open(Route route, Way way, OwnListeners own, ILogger logger)
    {
        try
        {
            IReadOnlyList<Socket> sockets = way.Listen.SystemdName is { } name ? TakeOver(name) : [Listen(way.Listen)];
            string target = way.Connect.Count == 0 ? $"{route.Mode}" : string.Join(", ", way.Connect.Select(server => server.ToText()));
            foreach (Socket socket in sockets)
                Log.Listening(logger, route.Name, socket.LocalEndPoint, Protocol(socket), target);

            return new RouteListener(sockets, own, logger);
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException) // the latter if the variables of systemd are invalid
        {
            string setting = $"{route.Section}:{nameof(MptcpGatewayRouteOptions.Listen)}";
            throw new IOException($"{setting}: cannot listen on {way.Listen}: {e.Message}{Advise(route, way, e)}", e);
        }
    }

    static string Protocol(Socket socket) => socket.GetMptcpState() == MptcpState.Mptcp ? "MPTCP" : "TCP";

    static string Advise(Route route, Way way, Exception error) =>
        error is not SocketException { SocketErrorCode: SocketError.AccessDenied } ? ""
        : way.Listen.IsTransparent ? $". The mode {route.Mode} needs CAP_NET_ADMIN."
        : way.Listen is { SystemdName: null, EndPoint.Port: > 0 and < 1024 } ? ". A port below 1024 needs CAP_NET_BIND_SERVICE."
        : "";

    static Socket Listen(ListenAddress address) => MptcpSocket.Listen(address.EndPoint, new MptcpListenOptions
    {
        Mode = address.Mode,
        DualMode = address.DualMode,
        NoDelay = true, // the programs at both ends decide what is sent together
        ConfigureSocket = socket =>
        {
            RelaySockets.KeepAlive(socket);
            if (address.IsTransparent)
                OriginalDestination.Allow(socket);
        },
    });

    static List<Socket> TakeOver(string name)
    {
        List<Socket> sockets = [.. MptcpSocketActivation.TakeListenSockets(name).Select(activated => activated.Socket)];
        if (sockets.Count == 0)
            throw new InvalidOperationException($"systemd has passed no socket with FileDescriptorName={name}.");

        foreach (Socket socket in sockets)
        {
            socket.NoDelay = true;
            RelaySockets.KeepAlive(socket);
        }

        return sockets;
    }
}
