using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>Writes end points as users do. <see cref="DnsEndPoint.ToString"/> adds the address family to a name.</summary>
static class EndPointText
{
    internal static string ToText(this EndPoint endPoint) => endPoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{endPoint}";
}
