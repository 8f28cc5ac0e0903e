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
/// <param name="Data">The bytes for the server that the client has sent after the header and the request.</param>
sealed record Opening(ProxyHeader? Header, ProxyRequest? Request, EndPoint? Target, ReadOnlyMemory<byte> Data)
{
    static readonly Opening s_none = new(null, null, null, default);

    /// <summary>Gets the opening of a client that sends only data; <see langword="null"/> if it has to send something first.</summary>
    /// <exception cref="RefusedException">The kernel does not say where the client wants to go.</exception>
    internal static Opening? TryCreate(Route route, Socket client, IPEndPoint peer)
    {
        if (route.Mode == MptcpGatewayMode.Proxy || IsTrusted(route, peer.Address))
            return null;

        return ReadTarget(route, client) is { } target ? s_none with { Target = target } : s_none;
    }

    /// <summary>Reads what the route asks of the client.</summary>
    /// <exception cref="RefusedException">The client has sent something else than the route requires.</exception>
    internal static async ValueTask<Opening> ReadAsync(Route route, Socket client, IPEndPoint peer, CancellationToken cancellationToken)
    {
        EndPoint? target = ReadTarget(route, client);
        var preface = new Preface(client);
        ProxyHeader? header = null;
        if (IsTrusted(route, peer.Address))
            header = await preface.ReadAsync<ProxyHeader>(ProxyHeader.Parse, cancellationToken).ConfigureAwait(false);

        if (route.Mode != MptcpGatewayMode.Proxy)
            return new Opening(header, null, target, preface.Rest);

        ProxyRequest request = await new ProxyNegotiation(preface, route.Users).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new Opening(header, request, request.Target, preface.Rest[..(int)Math.Min(preface.Rest.Length, request.MostFromClient)]);
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
