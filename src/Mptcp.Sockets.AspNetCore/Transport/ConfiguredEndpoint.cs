using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>An endpoint of Kestrel's configuration, as far as it concerns Multipath TCP.</summary>
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

    /// <summary>Whether it is a <c>*</c> or the like: [::], or 0.0.0.0 where there is no IPv6.</summary>
    internal bool IsAnyAddress => _ip is null && !_isLocalhost;

    internal bool HasSystemsPort => _address.Port == 0;

    /// <summary>Those with an address of TCP. What is wrong with an address Kestrel says.</summary>
    internal static IEnumerable<ConfiguredEndpoint> Read(IConfiguration? kestrel) =>
        from section in kestrel?.GetSection("Endpoints").GetChildren() ?? []
        let address = Parse(section["Url"])
        where address is { IsUnixPipe: false, IsNamedPipe: false }
        select new ConfiguredEndpoint(ConfiguredMode.Of(section), address);

    /// <summary>Whether Kestrel binds the end point for this: AddressBinder of its source turns names into addresses in this way.</summary>
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
