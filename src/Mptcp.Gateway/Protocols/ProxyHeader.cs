using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>A header of HAProxy's PROXY protocol: it names the client for which a connection was made.</summary>
/// <param name="Source">The client; <see langword="null"/> if the sender connects on its own behalf, or does not know.</param>
/// <param name="Destination">
/// The address that the client connected to; <see langword="null"/> exactly if <paramref name="Source"/> is.
/// </param>
/// <param name="Tlvs">The additional fields of version 2, as they arrived, without the checksum and the padding.</param>
sealed record ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination, ReadOnlyMemory<byte> Tlvs)
{
    /// <summary>Gets the header of a sender that connects for itself.</summary>
    internal static ProxyHeader Unknown { get; } = new(null, null, default);

    /// <summary>Reads a header of version 1 or 2.</summary>
    internal static Parsed<ProxyHeader> Parse(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? Parsed<ProxyHeader>.Incomplete : bytes[0] == 'P' ? ProxyHeaderV1.Parse(bytes) : ProxyHeaderV2.Parse(bytes);

    /// <summary>Creates the header of a connection between two addresses.</summary>
    internal static ProxyHeader Of(IPEndPoint source, IPEndPoint destination, ReadOnlyMemory<byte> tlvs = default)
    {
        IPAddress from = Plain(source.Address), to = Plain(destination.Address);
        return from.AddressFamily == to.AddressFamily
            ? new ProxyHeader(new IPEndPoint(from, source.Port), new IPEndPoint(to, destination.Port), tlvs)
            : new ProxyHeader(new IPEndPoint(from.MapToIPv6(), source.Port), new IPEndPoint(to.MapToIPv6(), destination.Port), tlvs);
    }

    /// <summary>Writes it. Version 1 has no room for the additional fields.</summary>
    internal byte[] ToBytes(MptcpGatewayProxyProtocol version) =>
        version == MptcpGatewayProxyProtocol.V1 ? ProxyHeaderV1.Write(this) : ProxyHeaderV2.Write(this);

    static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
