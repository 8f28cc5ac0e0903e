using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>Which mode an end point is to have: the configuration's; else that of the code; else that of the configuration's defaults; else that of all.</summary>
sealed class EndpointModes(IOptions<MptcpTransportOptions> options, IOptions<KestrelServerOptions> kestrel, ILoggerFactory loggerFactory)
{
    readonly ILogger _logger = loggerFactory.CreateLogger(Log.Category);
    readonly ConditionalWeakTable<IPEndPoint, object> _byIdentity = []; // two of the same value may both have port 0
    readonly ConcurrentDictionary<IPEndPoint, MptcpMode> _byValue = new();
    readonly ConcurrentDictionary<string, MptcpMode> _lastConfigured = new();

    /// <summary>Remembers what code has asked for. Kestrel gives the end point itself to the transport, except where it makes others of it.</summary>
    internal void Set(ListenOptions listen, MptcpMode mode)
    {
        IPEndPoint endPoint = listen.IPEndPoint!;
        _byIdentity.AddOrUpdate(endPoint, mode);

        // ListenLocalhost is 127.0.0.1 and, with the same port, [::1]; its type is not public, but its name is. [::] becomes 0.0.0.0 where there is no IPv6.
        if (listen.ToString()!.EndsWith($"://localhost:{endPoint.Port}", StringComparison.Ordinal))
        {
            _byValue[new IPEndPoint(IPAddress.Loopback, endPoint.Port)] = mode;
            _byValue[new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port)] = mode;
        }
        else if (endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            _byValue[new IPEndPoint(IPAddress.Any, endPoint.Port)] = mode;
        }
    }

    internal MptcpMode Get(IPEndPoint endPoint)
    {
        ConfiguredEndpoint? configured = FindConfigured(endPoint);
        return configured is null ? GetUnconfigured(endPoint) : Read(configured.Mode, otherwise: () => GetUnconfigured(endPoint));
    }

    /// <summary>Whether the end point is one of Kestrel's configuration, and may be reloaded.</summary>
    internal bool IsConfigured(IPEndPoint endPoint) => FindConfigured(endPoint) is not null;

    /// <summary>
    /// Whether the socket of an end point may stay for its successor: where the configuration has it still. Not 0.0.0.0 where that has become <c>*</c>, which is [::] with IPv4 in it: with
    /// the one there, the other cannot be bound.
    /// </summary>
    internal bool MayStay(IPEndPoint endPoint) =>
        FindConfigured(endPoint) is { } configured && !(configured.IsAnyAddress && endPoint.Address.Equals(IPAddress.Any) && Socket.OSSupportsIPv6);

    IConfiguration? Configuration => kestrel.Value.ConfigurationLoader?.Configuration;

    ConfiguredEndpoint? FindConfigured(IPEndPoint endPoint) =>
        ConfiguredEndpoint.Read(Configuration).FirstOrDefault(configured => configured.Binds(endPoint));

    MptcpMode Read(ConfiguredMode configured, Func<MptcpMode> otherwise)
    {
        try
        {
            if (configured.Read() is not { } mode)
                return otherwise();

            _lastConfigured[configured.Key] = mode;
            return mode;
        }
        catch (InvalidOperationException e) // at the start it was checked: this is a reload, which must not take the endpoint down
        {
            MptcpMode former = _lastConfigured.TryGetValue(configured.Key, out MptcpMode last) ? last : otherwise();
            Log.BadReload(_logger, e.Message, former);
            return former;
        }
    }

    MptcpMode GetUnconfigured(IPEndPoint endPoint)
    {
        if (_byIdentity.TryGetValue(endPoint, out object? mode))
            return (MptcpMode)mode;

        if (_byValue.TryGetValue(endPoint, out MptcpMode ofValue))
            return ofValue;

        return ConfiguredMode.OfDefaults(Configuration) is { } defaults ? Read(defaults, otherwise: () => options.Value.Mode) : options.Value.Mode;
    }
}
