using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Mptcp.Sockets.AspNetCore.HttpClients;

/// <summary>Options from configuration. By hand: there are five, an end point is not among what a binder knows, and an error should name the key.</summary>
static class ConfiguredConnect
{
    internal static MptcpConnectOptions Read(IConfiguration configuration)
    {
        var options = new MptcpConnectOptions();
        Set(configuration, nameof(options.Mode), "Preferred, Required or Disabled", ReadMode, (MptcpMode? mode) => options.Mode = mode!.Value);
        Set(configuration, nameof(options.RequireMptcpPeer), "true or false", text =>
            bool.TryParse(text, out bool require) ? require : null, (bool? require) => options.RequireMptcpPeer = require!.Value);
        Set(configuration, nameof(options.ConnectionAttemptDelay), Span, ReadSpan, (TimeSpan? delay) => options.ConnectionAttemptDelay = delay!.Value);
        Set(configuration, nameof(options.TcpFallbackDelay), Span, ReadSpan, (TimeSpan? delay) => options.TcpFallbackDelay = delay!.Value);
        Set(configuration, nameof(options.LocalEndPoint), "ADDRESS or ADDRESS:PORT", text =>
            IPEndPoint.TryParse(text, out IPEndPoint? local) ? local : null, (IPEndPoint? local) => options.LocalEndPoint = local);
        return options;
    }

    const string Span = "a time from 00:00:00 to 24.20:31:23, such as 00:00:00.250, or -00:00:00.001 for without end";

    /// <summary>By name only: Enum.TryParse takes numbers and lists, too.</summary>
    static MptcpMode? ReadMode(string text) => text.ToUpperInvariant() switch
    {
        "PREFERRED" => MptcpMode.Preferred,
        "REQUIRED" => MptcpMode.Required,
        "DISABLED" => MptcpMode.Disabled,
        _ => null,
    };

    static TimeSpan? ReadSpan(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span)
            && (span == Timeout.InfiniteTimeSpan || (span >= TimeSpan.Zero && span.TotalMilliseconds <= int.MaxValue)) ? span : null;

    static void Set<T>(IConfiguration configuration, string key, string allowed, Func<string, T?> read, Action<T?> set)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return;

        set(read(text.Trim()) ?? throw new InvalidOperationException(
            $"The value '{text}' of {(configuration is IConfigurationSection section ? $"{section.Path}:" : "")}{key} must be {allowed}."));
    }
}
