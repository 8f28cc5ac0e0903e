using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Finds the mode of an end point: from its configuration, else its code, else the configured defaults, else the web host.
/// </summary>
sealed class EndpointModes(IOptions<MptcpTransportOptions> options, IOptions<KestrelServerOptions> kestrel, ILoggerFactory loggerFactory)
{
    readonly ILogger _logger = loggerFactory.CreateLogger(Log.Category);
    readonly ConditionalWeakTable<IPEndPoint, object> _byIdentity = []; // two equal end points may both have port 0
    readonly ConcurrentDictionary<IPEndPoint, MptcpMode> _byValue = new();
    readonly ConcurrentDictionary<string, MptcpMode> _lastConfigured = new();

    /// <summary>
    /// Remembers the mode that code has set. Kestrel passes the same end point to the transport, except where it derives others from it.
    /// </summary>
    internal void Set(ListenOptions listen, MptcpMode mode)
    {
        IPEndPoint endPoint = listen.IPEndPoint!;
        _byIdentity.AddOrUpdate(endPoint, mode);

        // ListenLocalhost binds 127.0.0.1 and [::1]. Its type is not public, but its name is. On a system without IPv6, Kestrel binds
        // 0.0.0.0 for [::].
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

    /// <summary>Returns whether the end point is in Kestrel's configuration, and so may be reloaded.</summary>
    internal bool IsConfigured(IPEndPoint endPoint) => FindConfigured(endPoint) is not null;

    /// <summary>
    /// Returns whether a reload may keep the socket: the configuration still has the end point. Not if 0.0.0.0 became <c>*</c>: that is a
    /// dual-mode [::], which cannot be bound while the socket exists.
    /// </summary>
    internal bool MayKeepSocket(IPEndPoint endPoint) =>
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
        catch (InvalidOperationException e) // the start checks the value, so this is a reload, which must not stop the endpoint
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
