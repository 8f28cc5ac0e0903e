using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Interop;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Relaying;

/// <summary>The beginning of a client's connection: what has to be known before the server is connected to.</summary>
/// <param name="Header">The PROXY header, if the client is one that sends it.</param>
/// <param name="Request">The request to a proxy, in that mode.</param>
/// <param name="Target">The destination that the client asks for; <see langword="null"/> if the route says so.</param>
/// <param name="Data">The bytes that the client has sent after the header and the request.</param>
sealed record Opening(ProxyHeader? Header, ProxyRequest? Request, EndPoint? Target, ReadOnlyMemory<byte> Data)
{
    static readonly Opening s_none = new(null, null, null, default);

    /// <summary>Reads what the route asks of the client.</summary>
    /// <exception cref="RefusedException">The client has sent something else than the route requires.</exception>
    internal static async ValueTask<Opening> ReadAsync(Route route, Socket client, IPEndPoint peer, CancellationToken cancellationToken)
    {
        bool hasHeader = IsTrusted(route, peer.Address);
        EndPoint? target = ReadTarget(route, client);
        if (!hasHeader && route.Mode != MptcpGatewayMode.Proxy)
            return target is null ? s_none : s_none with { Target = target };

        var preface = new Preface(client);
        ProxyHeader? header = hasHeader ? await preface.ReadAsync<ProxyHeader>(ProxyHeader.Parse, cancellationToken).ConfigureAwait(false) : null;
        ProxyRequest? request = route.Mode == MptcpGatewayMode.Proxy ? await new ProxyNegotiation(preface, route.Users).ReadAsync(cancellationToken).ConfigureAwait(false) : null;
        return new Opening(header, request, request?.Target ?? target, preface.Rest);
    }

    /// <summary>The header for the server: the accepted one, else one of this connection.</summary>
    internal ProxyHeader ToServer(Socket client, IPEndPoint peer) => Header switch
    {
        { Source: not null } => Header,
        not null => ProxyHeader.Unknown,
        null => ProxyHeader.Of(peer, Target as IPEndPoint ?? (IPEndPoint)client.LocalEndPoint!),
    };

    static bool IsTrusted(Route route, IPAddress peer)
    {
        IPAddress plain = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        foreach (IPNetwork network in route.TrustedProxies)
        {
            if (network.Contains(plain))
                return true;
        }

        return false;
    }

    static IPEndPoint? ReadTarget(Route route, Socket client)
    {
        if (route.Mode == MptcpGatewayMode.Tproxy)
            return (IPEndPoint?)client.LocalEndPoint;

        if (route.Mode != MptcpGatewayMode.Redirect)
            return null;

        try
        {
            return OriginalDestination.Read(client);
        }
        catch (SocketException e)
        {
            throw new RefusedException($"The kernel does not say where it wants to go: {e.Message}. It was not redirected.");
        }
    }
}
