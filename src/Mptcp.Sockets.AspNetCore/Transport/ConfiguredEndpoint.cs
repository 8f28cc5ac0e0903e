using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>The address and the MPTCP mode of an endpoint in Kestrel's configuration.</summary>
sealed class ConfiguredEndpoint
{
    readonly BindingAddress _address;
    readonly IPAddress? _ip; // null: localhost, or any address
    readonly bool _isLocalhost;

    ConfiguredEndpoint(ConfiguredMode mode, BindingAddress address)
    {
        Mode = mode;
        _address = address;
        _isLocalhost = address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || address.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        _ip = IPAddress.TryParse(address.Host, out IPAddress? ip) ? ip : null;
    }

    internal ConfiguredMode Mode { get; }

    /// <summary>Gets whether the host is a wildcard such as <c>*</c>: [::], or 0.0.0.0 on a system without IPv6.</summary>
    internal bool IsAnyAddress => _ip is null && !_isLocalhost;

    internal bool HasDynamicPort => _address.Port == 0;

    /// <summary>Returns the endpoints with a TCP address. Kestrel itself reports invalid addresses.</summary>
    internal static IEnumerable<ConfiguredEndpoint> Read(IConfiguration? kestrel) =>
        from section in kestrel?.GetSection("Endpoints").GetChildren() ?? []
        let address = Parse(section["Url"])
        where address is { IsUnixPipe: false, IsNamedPipe: false }
        select new ConfiguredEndpoint(ConfiguredMode.Of(section), address);

    /// <summary>
    /// Returns whether Kestrel binds this end point for the endpoint. Its AddressBinder turns names into addresses in the same way.
    /// </summary>
    internal bool Binds(IPEndPoint endPoint)
    {
        IPAddress ip = endPoint.Address;
        return endPoint.Port == _address.Port && (_ip, _isLocalhost) switch
        {
            (not null, _) => _ip.Equals(ip),
            (null, true) => ip.Equals(IPAddress.Loopback) || ip.Equals(IPAddress.IPv6Loopback),
            _ => ip.Equals(IPAddress.IPv6Any) || ip.Equals(IPAddress.Any),
        };
    }

    internal bool HasSameAddress(ConfiguredEndpoint other) =>
        _address.Port == other._address.Port && _isLocalhost == other._isLocalhost && Equals(_ip, other._ip);

    static BindingAddress? Parse(string? url)
    {
        try
        {
            return string.IsNullOrEmpty(url) ? null : BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
