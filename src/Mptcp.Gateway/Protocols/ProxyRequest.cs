using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Protocols;

/// <summary>A client's request to be connected somewhere, and how to answer it.</summary>
/// <param name="Target">An address, or a name that the gateway resolves.</param>
abstract record ProxyRequest(EndPoint Target)
{
    /// <summary>RFC 1035, section 2.3.4: 255 bytes with the lengths of the labels, and so 253 characters without the last dot.</summary>
    const int LongestName = 253;

    /// <summary>The answer to a client that is connected.</summary>
    internal abstract byte[] Connected { get; }

    /// <summary>The bytes that the server gets before those of the client.</summary>
    internal virtual ReadOnlyMemory<byte> ToServer => default;

    /// <summary>The number of bytes of the client that the server gets after the request. Others are dropped.</summary>
    internal virtual long MostFromClient => long.MaxValue;

    /// <summary>Whether the server answers with HTTP, and the client has to know that nothing follows.</summary>
    internal virtual bool HasOneAnswer => false;

    /// <summary>The answer to a client that is not.</summary>
    internal abstract byte[] Failed(ProxyFailure failure);

    /// <summary>The answer to a client that is not, because of this error.</summary>
    internal byte[] Failed(SocketError error) => Failed(error switch
    {
        SocketError.ConnectionRefused => ProxyFailure.Refused,
        SocketError.NetworkUnreachable or SocketError.NetworkDown => ProxyFailure.NetworkUnreachable,
        SocketError.HostUnreachable or SocketError.HostDown => ProxyFailure.HostUnreachable,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ProxyFailure.HostUnreachable,
        SocketError.TimedOut => ProxyFailure.TimedOut,
        _ => ProxyFailure.Other,
    });

    /// <summary>
    /// An end point of a host that a client has named; <see langword="null"/> if it is none. An address is never left to the resolver,
    /// whatever its spelling.
    /// </summary>
    internal static EndPoint? ToTarget(string host, int port)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
            return null;

        if (IPAddress.TryParse(host, out IPAddress? address))
            return new IPEndPoint(address, port);

        return host.TrimEnd('.').Length <= LongestName && Uri.CheckHostName(host) == UriHostNameType.Dns ? new DnsEndPoint(host, port) : null;
    }
}
