namespace Mptcp.Gateway;

/// <summary>A version of HAProxy's PROXY protocol, which tells a server the address of the client.</summary>
public enum MptcpGatewayProxyProtocol
{
    /// <summary>A line of text. It has no additional fields.</summary>
    V1 = 1,

    /// <summary>Bytes, with additional fields (TLVs).</summary>
    V2 = 2,
}
